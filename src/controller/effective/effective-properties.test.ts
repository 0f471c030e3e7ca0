import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { isSameJson } from "#api/same-json.ts";
import { approval, effective, gateway, policy, stored } from "../../../test/support/effective.ts";
import { secretsWith } from "../../../test/support/gateway-inputs.ts";
import { lastGoodText, parseLastGood } from "./last-good.ts";

describe("the effective configuration", () => {
  test("is tried on scenes in which parts are good, stay as they were, and do not run", () => {
    const parts = fc.sample(fc.tuple(scene, scene), { numRuns: 300, seed: 1 }).flatMap(([before, after]) => {
      const { lastGood } = effective(before, BESIDE);
      return effective(after, { ...BESIDE, lastGood }).parts;
    });
    const seen = new Set(parts.map(({ state, reason }) => (reason ? `${state} ${reason}` : state)));
    expect(Array.from(seen)).toEqual(expect.arrayContaining(["Good", "Quarantined Conflicted", ...OFTEN_SEEN]));
    const good = parts.filter(({ state }) => state === "Good");
    expect(good.length).toBeGreaterThan(parts.length / 3);
  });

  test("has the same hash in whatever order objects, models and fields come", () => {
    fc.assert(
      fc.property(scene, fc.integer(), (objects, seed) => {
        const shuffled = shuffle(
          objects.map((object) => reordered(object, seed)),
          seed,
        );
        expect(effective(shuffled, BESIDE).hash).toBe(effective(objects, BESIDE).hash);
      }),
    );
  });

  test("comes out the same again under its own last good forms", () => {
    fc.assert(
      fc.property(scene, scene, (before, after) => {
        const first = effective(after, { ...BESIDE, lastGood: effective(before, BESIDE).lastGood });
        const again = effective(after, { ...BESIDE, lastGood: parseLastGood(lastGoodText(first.lastGood)) });
        expect(again).toEqual(first);
      }),
      { numRuns: 300 },
    );
  });

  test("names only what is there", () => {
    fc.assert(
      fc.property(scene, scene, (before, after) => {
        const { lastGood } = effective(before, BESIDE);
        const { models, routes, policies } = effective(after, { ...BESIDE, lastGood }).configuration;
        const names = new Set(models.map(({ name }) => name));
        const policyNames = new Set(policies.map(({ name }) => name));
        const mentioned = [...models, ...routes].flatMap(({ fallbacks = [] }) => fallbacks);
        expect([...mentioned, ...routes.flatMap(({ targets }) => targets.map(({ model }) => model))]).toSatisfy(
          (all: readonly string[]) => all.every((name) => names.has(name)),
        );
        expect(routes.every((route) => route.policies.every((name) => policyNames.has(name)))).toBe(true);
        expect(routes.every(({ targets }) => targets.some(({ weight }) => weight > 0))).toBe(true);
      }),
    );
  });

  test("of models that run is the same with a bad model beside them and without", () => {
    fc.assert(
      fc.property(models, fc.nat(9), (good, index) => {
        const list = good.filter(({ fallbacks = [], endpoint }) => fallbacks.length === 0 && !endpoint.includes("127"));
        const bad = { name: "bad", endpoint: "http://127.0.0.1/" };
        const routes = list.map(({ name }) => ({ path: `/${name}`, targetModel: name }));
        const without = effective([gateway({ models: list, routes })], BESIDE);
        const all = [...list.slice(0, index), bad, ...list.slice(index)];
        const beside = effective([gateway({ models: all, routes })], BESIDE);
        expect(beside.hash).toBe(without.hash);
        expect(beside.parts.find(({ name }) => name === "bad")).toMatchObject({ state: "Quarantined" });
      }),
    );
  });

  test("keeps its hash when what changes is no part of it, and has another when it is", () => {
    fc.assert(
      fc.property(scene, scene, (one, other) => {
        const [first, second] = [effective(one, BESIDE), effective(other, BESIDE)];
        expect(first.hash === second.hash).toBe(isSameJson(first.configuration, second.configuration));
      }),
    );
    const config = gateway({ models: [{ name: "gpt", auth: { value: "secret://openai/key" } }] });
    const hash = effective([config], BESIDE).hash;
    const annotated = { ...config, metadata: { ...config.metadata, annotations: { note: "x" }, resourceVersion: "7" } };
    expect(effective([annotated, stored("AIRoute", "elsewhere", { path: "/", targetModel: "gpt" })], BESIDE).hash).toBe(
      hash,
    );
    const rotated = secretsWith({ openai: { key: "other" } }, { resourceVersion: "2" });
    expect(effective([config], { secrets: rotated }).hash).not.toBe(hash);
    const parameters = stored("AIGatewayClass", "main", { adapter: "json", parameters: { a: 1 } });
    expect(effective([parameters, config], BESIDE).hash).not.toBe(hash);
    expect(effective([stored("AIGatewayClass", "main", { adapter: "litellm" }), config], BESIDE).hash).not.toBe(hash);
    expect(effective([config], { secrets: secretsWith({ openai: { key: "other" } }) }).hash).toBe(hash);
  });
});

const OFTEN_SEEN = ["DependencyQuarantined", "FallbackGraph", "RateLimitBounds", "SecretNotFound", "ApprovalExpired"]
  .flatMap((reason) => [`LastGood ${reason}`, `Quarantined ${reason}`])
  .concat("Quarantined ModelRetired");

const BESIDE = { secrets: secretsWith({ openai: { key: "sk" } }) };

const NAMES = ["a", "b", "c", "d"] as const;
const name = fc.constantFrom(...NAMES);

function mostly<T>(good: T, bad: T): fc.Arbitrary<T> {
  return fc.oneof({ weight: 5, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: fc.constant(bad) });
}

/** Good ones and bad ones. */
const model = fc.record(
  {
    name,
    endpoint: mostly("https://api.openai.com/v1", "http://127.0.0.1/"),
    provider: mostly("openai", "other"),
    auth: mostly({ value: "secret://openai/key" }, { value: "secret://none/key" }),
    rateLimits: fc.record({ requestsPerMinute: mostly(10, 1000) }),
    fallbacks: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.uniqueArray(name) }),
  },
  { requiredKeys: ["name", "endpoint"] },
);
const models = fc.uniqueArray(model, { selector: ({ name }) => name, minLength: 1 });

const routeFields = {
  path: fc.constantFrom("/", "/x"),
  targetModel: fc.constantFrom("a", "b", "shared"),
  fallbacks: fc.uniqueArray(name, { maxLength: 1 }),
  methods: fc.constantFrom(["GET"], ["POST"]),
  policies: fc.constantFrom(["p"], []),
};
const route = fc.record(routeFields, { requiredKeys: ["path", "targetModel"] });

const gatewaySpec = fc.record({
  models: fc
    .tuple(models, fc.boolean())
    .map(([list, hasShared]) => (hasShared ? [...list, { name: "shared", modelRef: { name: "m" } }] : list)),
  routes: fc.array(route, { maxLength: 3 }),
  policies: fc.constantFrom(
    [],
    [{ name: "p", type: "circuitBreaker", config: { failureThreshold: 5 } }],
    [
      { name: "p", type: "accessControl", config: { consumers: "all" } },
      { name: "q", type: "observability" },
    ],
  ),
});

const limits = fc.record({
  targetRefs: fc.array(
    fc.record({
      kind: fc.constantFrom("AIGatewayConfig", "ModelConfig", "AIRoute"),
      name: fc.constantFrom("main", "m", "r0", "r1"),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  limits: fc.array(fc.constantFrom({ requests: 5, window: "1m" }, { tokens: {}, window: "1m" }), {
    minLength: 1,
    maxLength: 2,
  }),
});

const policySpec = fc.record(
  {
    rules: fc.constantFrom<object>({ "unapproved-model": "Deny" }, { "fallback-graph": "Warn" }),
    rateLimits: mostly({ max: { requestsPerMinute: 100 } }, { max: { requestsPerMinute: 5 } }),
    requiredLabels: mostly([], [{ key: "team" }]),
  },
  { requiredKeys: [] },
);

/** A gateway, what belongs to it, and policies. */
const scene: fc.Arbitrary<readonly KubernetesObject[]> = fc
  .tuple(
    gatewaySpec,
    fc.array(route, { maxLength: 2 }),
    fc.array(limits, { maxLength: 2 }),
    fc.array(model, { maxLength: 1 }),
    fc.array(policySpec, { maxLength: 1 }),
    fc.constantFrom<KubernetesObject[]>(
      [],
      [ofEveryModel(approval({}))],
      [ofEveryModel(approval({ expiresAt: "2026-06-01T00:00:00Z" }))],
      [ofEveryModel(approval({ state: "Retired" }))],
    ),
  )
  .map(([spec, routes, limited, shared, policies, approvals]) => [
    gateway(spec as AIGatewayConfig["spec"], { creationTimestamp: "2026-01-01T00:00:00Z" }),
    ...routes.map((each, index) => {
      const creationTimestamp = index === 0 ? "2025-01-01T00:00:00Z" : "2027-01-01T00:00:00Z";
      return stored("AIRoute", `r${index}`, { parentRefs: [{ name: "main" }], ...each }, { creationTimestamp });
    }),
    ...limited.map((each, index) => stored("RateLimitPolicy", `l${index}`, each)),
    ...shared.map(({ name: _, ...each }) => stored("ModelConfig", "m", each)),
    ...policies.map((each) => policy(each as Parameters<typeof policy>[0])),
    ...approvals,
  ]);

function ofEveryModel(approved: KubernetesObject): KubernetesObject {
  const { spec } = approved as ApprovedModel;
  const whole = { ...approved, spec: { ...spec, models: ["*"] } };
  return whole;
}

function shuffle<T>(list: readonly T[], seed: number): readonly T[] {
  return list
    .map((item, index) => ({ item, key: Math.imul(seed ^ (index + 1), 2_654_435_761) }))
    .sort((one, other) => one.key - other.key)
    .map(({ item }) => item);
}

/** Fields the other way round, and models too, whose list is a map. */
function reordered<T>(value: T, seed: number): T {
  if (Array.isArray(value)) return value.map((item: unknown) => reordered(item, seed)) as T;
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([key, inner]: [string, unknown]) => {
    const same = reordered(inner, seed);
    return [key, key === "models" && Array.isArray(same) ? shuffle(same, seed) : same] as const;
  });
  return Object.fromEntries(fields.reverse()) as T;
}
