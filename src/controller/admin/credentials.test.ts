import { expect, test } from "vitest";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import { endpointCredentials } from "./credentials.ts";

const admin = (credentialsRef?: { name: string; key?: string }) => ({
  adminAPI: { url: "http://caddy:2019", ...(credentialsRef && { credentialsRef }) },
});

test.each<[string, Partial<AIGatewayClass["spec"]>, object]>([
  ["none", { delivery: admin() }, { push: undefined, verify: undefined }],
  [
    "those of the admin API for both",
    { delivery: admin({ name: "caddy" }) },
    { push: { name: "caddy", key: "token" }, verify: { name: "caddy", key: "token" } },
  ],
  [
    "others to ask with",
    { delivery: admin({ name: "caddy", key: "push" }), verify: { credentialsRef: { name: "reader" } } },
    { push: { name: "caddy", key: "push" }, verify: { name: "reader", key: "token" } },
  ],
  [
    "a master key where nothing is pushed",
    { verify: { credentialsRef: { name: "litellm", key: "master-key" } } },
    { push: undefined, verify: { name: "litellm", key: "master-key" } },
  ],
])("a class may name %s", (_, spec, expected) => {
  expect(endpointCredentials({ metadata: { name: "class" }, spec } as AIGatewayClass)).toEqual(expected);
});
