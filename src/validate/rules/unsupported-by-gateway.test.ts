import fc from "fast-check";
import { expect, it } from "vitest";
import { valueAt } from "#api/field-path.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { validConfig } from "../../../test/support/arbitrary-objects.ts";
import { classWith, configWith, factsFor, findingsOf } from "../../../test/support/facts.ts";
import type { GovernedObject } from "../part.ts";
import { HOLDS } from "../rule.ts";
import { stringLeaves } from "../string-leaves.ts";
import { unsupportedByGateway } from "./unsupported-by-gateway.ts";

const LITELLM = classWith({ adapter: "litellm" });

/** A configuration in which one text, at any depth of any part, is what LiteLLM would replace by a secret of its own. */
const planted = fc
  .tuple(validConfig, fc.nat(), fc.constantFrom("os.environ/LITELLM_MASTER_KEY", "os.environ/", "os.environ/A/../B"))
  .map(([config, choice, text]) => {
    const { gatewayClassName: _, ...spec } = structuredClone(config.spec);
    const { leaves } = stringLeaves(spec);
    const leaf = leaves[choice % Math.max(leaves.length, 1)];
    if (!leaf) return undefined;
    const parent = valueAt(spec, leaf.path.slice(0, -1)) as Record<string, unknown>;
    parent[leaf.path.at(-1) ?? ""] = text;
    return { spec, text };
  });

it("finds every text that LiteLLM would replace, wherever it stands, and shows none", () => {
  fc.assert(
    fc.property(planted, (given) => {
      fc.pre(given !== undefined);
      const facts = factsFor({ object: configWith(given.spec), classes: [LITELLM] });
      const found = findingsOf(unsupportedByGateway, facts).filter(({ detail }) => detail.includes("would replace"));
      expect(found.map(({ part, at }) => valueAt(part.value, at))).toContain(given.text);
      expect(found.filter(({ value }) => value !== undefined)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

it("is not hushed by the knowledge that no variable is named", () => {
  const object = configWith({ models: [{ name: "gpt", provider: "openai", model: "os.environ/HOME" }] });
  const facts = { ...factsFor({ object, classes: [LITELLM] }), mentionsNoVariable: true };
  expect(findingsOf(unsupportedByGateway, facts)).toMatchObject([{ at: ["model"], kind: "Forbidden" }]);
});

it("costs nothing where there is no class, and where the gateway can do all", () => {
  const model = { name: "gpt", endpoint: "https://api.example/v1", timeouts: { request: "60s" } };
  const object = configWith({ models: [model] });
  for (const classes of [[], [classWith({ adapter: "json" })], [classWith({ adapter: "envoy" })]]) {
    const facts = factsFor({ object, classes });
    const [model] = facts.owner.models;
    expect(model && unsupportedByGateway.judges.model?.(model, facts)).toBe(HOLDS);
  }
});

it("warns of what another object decides about, and of no object that is not known", () => {
  const spec = { parentRefs: [{ name: "main" }, { name: "unknown" }], path: "/chat", match: { models: ["gpt"] } };
  const object = { apiVersion: "gateway.example.com/v1", kind: "AIRoute", metadata: { namespace: "team-a" }, spec };
  const classes = [classWith({ adapter: "caddy" })];
  const stored = [configWith({ gatewayClassName: "main" })];
  const finding = { at: ["match", "models"], advice: true };
  expect(findingsOf(unsupportedByGateway, factsFor({ object, classes, stored }))).toMatchObject([finding]);
  expect(findingsOf(unsupportedByGateway, factsFor({ object, classes }))).toEqual([]);
});

const CADDY = [classWith({ adapter: "caddy" })];
const SHARED = configWith({ models: [{ name: "gpt", modelRef: { name: "shared" } }] });
const ROUTE = object("AIRoute", "chat", { parentRefs: [{ name: "main" }], path: "/chat" });

it.each<[string, KubernetesObject, string]>([
  ["an integration that names no target", integration(), "provider"],
  ["one of a gateway", integration({ kind: "AIGatewayConfig", name: "main" }), "provider"],
  ["one of a shared model", integration({ kind: "ModelConfig", name: "shared" }), "provider"],
  ["one of a route", integration({ kind: "AIRoute", name: "chat" }), "provider"],
  ["limits of a shared model", limits({ kind: "ModelConfig", name: "shared" }), "tokens"],
  ["limits of a route", limits({ kind: "AIRoute", name: "chat" }), "tokens"],
  [
    "a shared model",
    object("ModelConfig", "shared", { endpoint: "https://a.example/v1", parameters: { topP: 1 } }),
    "parameters",
  ],
])("warns of what the gateway cannot do of %s", (_, object, field) => {
  const world = { object: object as GovernedObject, classes: CADDY };
  const known = factsFor({ ...world, stored: [SHARED, ROUTE] });
  expect(findingsOf(unsupportedByGateway, known)).toMatchObject([{ at: [field], advice: true }]);
  expect(findingsOf(unsupportedByGateway, factsFor({ ...world, stored: [] }))).toEqual([]);
});

it("asks of a provider only what is meant by it", () => {
  const prometheus = { type: "observability", provider: "prometheus", endpoint: "https://push.example", sampling: 0.5 };
  const found = findingsOf(
    unsupportedByGateway,
    factsFor({
      object: object("IntegrationConfig", "it", prometheus) as GovernedObject,
      classes: CADDY,
      stored: [SHARED],
    }),
  );
  expect(found.map(({ at }) => at.join("."))).toEqual(["endpoint", "sampling"]);
  for (const { read } of found) expect(read).toContainEqual(["provider"]);
});

function integration(...targetRefs: readonly object[]): KubernetesObject {
  const spec = { type: "observability", provider: "webhook", endpoint: "https://audit.example" };
  return object("IntegrationConfig", "it", targetRefs.length === 0 ? spec : { ...spec, targetRefs });
}

function limits(target: object): KubernetesObject {
  return object("RateLimitPolicy", "it", { targetRefs: [target], limits: [{ tokens: { total: 9 }, window: "1m" }] });
}

function object(kind: string, name: string, spec: object): KubernetesObject {
  const whole = { apiVersion: "gateway.example.com/v1", kind, metadata: { name, namespace: "team-a" }, spec };
  return whole;
}
