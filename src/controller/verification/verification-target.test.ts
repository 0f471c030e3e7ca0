import { expect, test } from "vitest";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import { verificationTarget } from "./verification-target.ts";

type Spec = AIGatewayClass["spec"];

function target(spec: Partial<Spec>) {
  const gatewayClass = { metadata: { name: "class" }, spec } as AIGatewayClass;
  return verificationTarget(gatewayClass, { namespace: "team-a", name: "chat" });
}

const SELECTOR = { matchLabels: { app: "gateway" } };
const ADMIN = { adminAPI: { url: "http://{name}.{namespace}.svc:2019/load" } };

test.each<[string, Partial<Spec>]>([
  ["without `verify`", { adapter: "caddy", delivery: ADMIN }],
  ["where neither Pods nor an address are named", { adapter: "envoy", verify: { port: 9901 } }],
])("the class names nobody %s", (_, spec) => {
  expect(target(spec)).toBeUndefined();
});

test.each<[string, Partial<Spec>, object]>([
  [
    "Pods at Envoy's port",
    { adapter: "envoy", verify: { selector: SELECTOR } },
    { type: "pods", selector: SELECTOR, port: 9901 },
  ],
  ["Pods at LiteLLM's port", { adapter: "litellm", verify: { selector: SELECTOR } }, { type: "pods", port: 4000 }],
  ["Pods at Caddy's port", { adapter: "caddy", verify: { selector: SELECTOR } }, { type: "pods", port: 2019 }],
  [
    "Pods at a port and path of their own",
    { verify: { selector: SELECTOR, port: 81, path: "/x" } },
    { type: "pods", port: 81, path: "/x" },
  ],
  [
    "Pods and not the admin API",
    { adapter: "caddy", delivery: ADMIN, verify: { selector: SELECTOR } },
    { type: "pods", port: 2019 },
  ],
  [
    "a URL, at its path",
    { verify: { url: "https://{name}.{namespace}.example.com:8443/hash?a=b" } },
    { type: "url", base: "https://chat.team-a.example.com:8443", path: "/hash?a=b" },
  ],
  [
    "a URL, at the adapter's path",
    { adapter: "caddy", verify: { url: "http://caddy:2019" } },
    { type: "url", base: "http://caddy:2019", path: undefined },
  ],
  [
    "the admin API, but not where it is pushed to",
    { adapter: "caddy", delivery: ADMIN, verify: {} },
    { type: "url", base: "http://chat.team-a.svc:2019", path: undefined },
  ],
  ["what is no URL, to hear that it is none", { verify: { url: "{name}" } }, { type: "url", base: "chat" }],
  ["what is no address on the web, likewise", { verify: { url: "ftp://{name}" } }, { type: "url", base: "ftp://chat" }],
])("the class names %s", (_, spec, expected) => {
  expect(target(spec)).toMatchObject(expected);
});
