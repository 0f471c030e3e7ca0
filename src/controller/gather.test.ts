import { expect, test } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { configWith } from "../../test/support/facts.ts";
import type { GatewayCaches } from "./gateway-caches.ts";
import { partsOf } from "./gather.ts";

const named = ({ metadata }: KubernetesObject): string => metadata.name ?? "";

/** Of the gateway `a/main`, by kind the names of the parts that are found. */
function found(objects: readonly KubernetesObject[], missing: readonly string[] = []) {
  const facts = new FactIndex();
  const stored = new Map<string, KubernetesObject>();
  for (const object of objects) {
    facts.apply(object);
    const { namespace, name = "" } = object.metadata;
    if (!missing.includes(name)) stored.set(`${object.kind} ${namespace}/${name}`, object);
  }
  const caches: GatewayCaches = {
    gateways: () => [],
    get: (kind, namespace, name) => stored.get(`${kind} ${namespace}/${name}`) as never,
    keptOfClass: () => [],
    integrationsOfAll: (namespace) =>
      [...stored.values()].filter(
        ({ kind, metadata, ...object }) =>
          kind === "IntegrationConfig" &&
          metadata.namespace === namespace &&
          (object as { spec?: { targetRefs?: unknown } }).spec?.targetRefs === undefined,
      ) as never,
  };
  const [gateway] = objects;
  const parts = partsOf(gateway as ReturnType<typeof configWith>, { facts, caches });
  return {
    models: [...parts.modelConfigs.keys()].sort(),
    routes: parts.routes.map(named).sort(),
    limits: parts.rateLimitPolicies.map(named).sort(),
    templates: [...parts.templates.keys()].sort(),
    integrations: parts.integrations.map(named).sort(),
  };
}

const NONE = { models: [], routes: [], limits: [], templates: [], integrations: [] };

function made(kind: string, key: string, spec: object): KubernetesObject {
  const [namespace, name] = key.split("/");
  return { apiVersion: API_VERSION, kind, metadata: { namespace, name }, spec } as KubernetesObject;
}

const main = configWith(
  {
    models: [{ name: "m", modelRef: { name: "shared" } }],
    routes: [{ path: "/", promptTemplateRef: { name: "inline" } }],
  },
  { namespace: "a", name: "main" },
);
const targets = (kind: string, name: string) => ({ targetRefs: [{ kind, name }] });

test("all that a gateway refers to and all that refers to it is found, and nothing else", () => {
  const parts = [
    made("ModelConfig", "a/shared", {}),
    made("AIRoute", "a/attached", { parentRefs: [{ name: "main" }], promptTemplateRef: { name: "outer" } }),
    made("PromptTemplate", "a/inline", { messages: [] }),
    made("PromptTemplate", "a/outer", { messages: [] }),
    made("RateLimitPolicy", "a/of-gateway", targets("AIGatewayConfig", "main")),
    made("RateLimitPolicy", "a/of-model", targets("ModelConfig", "shared")),
    made("RateLimitPolicy", "a/of-route", targets("AIRoute", "attached")),
    made("IntegrationConfig", "a/of-model", targets("ModelConfig", "shared")),
    made("IntegrationConfig", "a/of-all", {}),
  ];
  const others = [
    made("ModelConfig", "a/other", {}),
    made("ModelConfig", "b/shared", {}),
    made("AIRoute", "a/elsewhere", { parentRefs: [{ name: "other" }] }),
    made("AIRoute", "b/attached", { parentRefs: [{ name: "main" }] }),
    made("PromptTemplate", "a/unused", { messages: [] }),
    made("RateLimitPolicy", "a/of-other", targets("AIGatewayConfig", "other")),
    made("RateLimitPolicy", "b/of-gateway", targets("AIGatewayConfig", "main")),
    made("IntegrationConfig", "a/of-other", targets("AIGatewayConfig", "other")),
    made("IntegrationConfig", "b/of-all", {}),
  ];
  expect(found([main, ...others, ...parts])).toEqual({
    models: ["shared"],
    routes: ["attached"],
    limits: ["of-gateway", "of-model", "of-route"],
    templates: ["inline", "outer"],
    integrations: ["of-all", "of-model"],
  });
  expect(found([main, ...others])).toEqual(NONE);
});

test("what the index still knows and the cache has not any more is left out", () => {
  expect(found([main, made("ModelConfig", "a/shared", {})], ["shared"])).toEqual(NONE);
});
