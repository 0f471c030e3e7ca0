import { describe, expect, test } from "vitest";
import type { EffectivePolicy } from "./effective-policy.ts";
import { mergePolicies } from "./merge-policies.ts";
import { opinionOf, type PolicySpec } from "./opinion.ts";

describe("merged policies", () => {
  test("are the built-in policy where nobody says anything", () => {
    expect(merge({})).toEqual({
      policies: [],
      actions: new Map(),
      rateLimits: { min: {}, max: {} },
      endpoints: {
        allowHTTP: { value: false, source: "built-in" },
        allowPrivate: { value: false, source: "built-in" },
        allowClusterLocal: { value: "OwnNamespace", source: "built-in" },
        allowedHosts: [],
      },
      requiredLabels: [],
      defaults: { labels: new Map(), rateLimits: {}, timeouts: {} },
      expiredExceptions: [],
    });
  });

  test("name the strictest action for each rule", () => {
    const { actions } = merge({
      a: { rules: { x: "Off", y: "Deny" } },
      b: { rules: { x: "Warn", y: "Audit" } },
      c: { rules: { x: "Warn" } },
    });
    expect(actions.get("x")).toEqual({ value: "Warn", source: "policy b", field: "spec.rules.x" });
    expect(actions.get("y")).toEqual({ value: "Deny", source: "policy a", field: "spec.rules.y" });
    expect(actions.get("z")).toBeUndefined();
  });

  test("take a rule called __proto__ for a rule", () => {
    const rules = JSON.parse('{"__proto__": "Deny"}') as NonNullable<PolicySpec["rules"]>;
    expect(merge({ a: { rules } }).actions.get("__proto__")).toEqual({
      value: "Deny",
      source: "policy a",
      field: "spec.rules.__proto__",
    });
  });

  test("hold the narrowest bounds, each with its source", () => {
    const { rateLimits } = merge({
      a: { rateLimits: { min: { burst: 1 }, max: { requestsPerMinute: 900 } } },
      b: { rateLimits: { min: { burst: 5 }, max: { requestsPerMinute: 600, burst: 50 }, required: false } },
      c: { rateLimits: { max: { requestsPerMinute: 600 }, required: true } },
    });
    expect(rateLimits).toEqual({
      min: { burst: { value: 5, source: "policy b" } },
      max: { requestsPerMinute: { value: 600, source: "policy b" }, burst: { value: 50, source: "policy b" } },
      required: { value: true, source: "policy c" },
    });
  });

  test("allow only the endpoints that all allow", () => {
    const { endpoints } = merge({
      a: { endpoints: { allowHTTP: true, allowClusterLocal: "All", allowedHosts: ["a.example"] } },
      b: { endpoints: { allowHTTP: false, allowClusterLocal: "None" } },
      c: { endpoints: { allowPrivate: true, allowedHosts: ["*.example"] } },
    });
    expect(endpoints).toEqual({
      allowHTTP: { value: false, source: "policy b" },
      allowPrivate: { value: true, source: "policy c" },
      allowClusterLocal: { value: "None", source: "policy b" },
      allowedHosts: [
        { value: ["a.example"], source: "policy a" },
        { value: ["*.example"], source: "policy c" },
      ],
    });
  });

  test("require every label that one requires, the same words once", () => {
    const { requiredLabels } = merge({
      a: { requiredLabels: [{ key: "team" }, { key: "env", values: ["a", "b"] }] },
      b: {
        requiredLabels: [
          { key: "env", values: ["b", "a"] },
          { key: "team", values: [] },
        ],
      },
    });
    expect(requiredLabels).toEqual([
      { value: { key: "team" }, source: "policy a" },
      { value: { key: "env", values: ["a", "b"] }, source: "policy a" },
      { value: { key: "team", values: [] }, source: "policy b" },
    ]);
  });

  test("take each default from the first policy that names it, lowered to the maximum of any", () => {
    const { defaults } = merge({
      b: { defaults: { labels: { x: "b", y: "b" }, rateLimits: { burst: 10, requestsPerMinute: 5 } } },
      a: { defaults: { labels: { x: "a" }, rateLimits: { requestsPerMinute: 100 }, timeouts: { request: "9s" } } },
      c: {
        rateLimits: { max: { requestsPerMinute: 60 } },
        defaults: { timeouts: { request: "1s", streamIdle: "2s" } },
      },
    });
    expect(defaults).toEqual({
      labels: new Map([
        ["x", { value: "a", source: "policy a" }],
        ["y", { value: "b", source: "policy b" }],
      ]),
      rateLimits: {
        requestsPerMinute: { value: 60, source: "policy c" },
        burst: { value: 10, source: "policy b" },
      },
      timeouts: { request: { value: "9s", source: "policy a" }, streamIdle: { value: "2s", source: "policy c" } },
    });
  });
});

describe("an exception", () => {
  const bounded: Partial<PolicySpec> = { rateLimits: { required: true, max: { burst: 5 } } };
  const strict: Partial<PolicySpec> = {
    ...bounded,
    endpoints: { allowHTTP: false, allowPrivate: false, allowClusterLocal: "None", allowedHosts: ["a.example"] },
    requiredLabels: [{ key: "team" }],
    rules: { "rate-limit-bounds": "Deny", "inline-credential": "Deny" },
    defaults: { rateLimits: { burst: 3 } },
  };

  test.each(["rate-limit-bounds", "inline-credential", "unapproved-model"])(
    "makes its policy name Audit for %s",
    (rule) => {
      expect(merge({ a: strict }, { a: [rule] }).actions.get(rule)).toEqual({
        value: "Audit",
        source: "policy a",
        field: "spec.exceptions[0]",
      });
    },
  );

  test("takes its policy's parameters for the rule out of the merge, and no others", () => {
    const whole = merge({ a: strict });
    const { endpoints } = whole;
    expect(merge({ a: strict }, { a: ["rate-limit-bounds"] })).toMatchObject({
      rateLimits: { min: {}, max: {} },
      endpoints,
      requiredLabels: whole.requiredLabels,
      defaults: whole.defaults,
    });
    expect(merge({ a: strict }, { a: ["required-label"] })).toMatchObject({ requiredLabels: [], endpoints });
    expect(merge({ a: strict }, { a: ["plaintext-endpoint"] }).endpoints).toEqual({
      ...endpoints,
      allowHTTP: { value: false, source: "built-in" },
    });
    expect(merge({ a: strict }, { a: ["forbidden-endpoint"] }).endpoints).toEqual({
      allowHTTP: endpoints.allowHTTP,
      allowPrivate: { value: false, source: "built-in" },
      allowClusterLocal: { value: "OwnNamespace", source: "built-in" },
      allowedHosts: [],
    });
  });

  test("leaves what other policies say", () => {
    const merged = merge(
      { a: strict, b: { ...strict, rules: { "rate-limit-bounds": "Warn" } } },
      { a: ["rate-limit-bounds"] },
    );
    expect(merged.rateLimits.max.burst).toEqual({ value: 5, source: "policy b" });
    expect(merged.actions.get("rate-limit-bounds")).toMatchObject({ value: "Warn", source: "policy b" });
  });

  test("leaves the rule's default to another policy that restricts the same and counts on it", () => {
    const excepted = { a: ["rate-limit-bounds"] };
    expect(merge({ a: bounded, b: bounded }, excepted).actions.has("rate-limit-bounds")).toBe(false);
    expect(
      merge({ a: bounded, b: bounded }, { ...excepted, b: ["rate-limit-bounds"] }).actions.get("rate-limit-bounds"),
    ).toEqual({
      value: "Audit",
      source: "policy a",
      field: "spec.exceptions[0]",
    });
    expect(
      merge({ a: bounded, b: { requiredLabels: [{ key: "team" }] } }, excepted).actions.has("rate-limit-bounds"),
    ).toBe(true);
  });

  test.each([
    ["plaintext-endpoint", { endpoints: { allowHTTP: false } }, { endpoints: { allowHTTP: true } }],
    ["forbidden-endpoint", { endpoints: { allowPrivate: false } }, { endpoints: { allowPrivate: true } }],
    ["forbidden-endpoint", { endpoints: { allowClusterLocal: "None" as const } }, { endpoints: { allowHTTP: false } }],
    [
      "forbidden-endpoint",
      { endpoints: { allowedHosts: ["a"] } },
      { endpoints: { allowClusterLocal: "All" as const } },
    ],
    ["required-label", { requiredLabels: [{ key: "team" }] }, { requiredLabels: [] }],
    ["rate-limit-bounds", { rateLimits: { required: true } }, { rateLimits: { required: false } }],
    ["rate-limit-bounds", { rateLimits: { min: { burst: 1 } } }, { rateLimits: {} }],
  ])("from %s yields to %j but not to %j", (rule, restriction, none) => {
    expect(merge({ a: {}, b: restriction }, { a: [rule] }).actions.has(rule)).toBe(false);
    expect(merge({ a: {}, b: none }, { a: [rule] }).actions.has(rule)).toBe(true);
  });

  test("is no reason to be stricter than the policy was", () => {
    const lax: Partial<PolicySpec> = {
      rules: { "unapproved-model": "Off" },
      endpoints: { allowHTTP: true, allowPrivate: true, allowClusterLocal: "All" },
    };
    const rules = ["unapproved-model", "forbidden-endpoint", "plaintext-endpoint"];
    const merged = merge({ a: lax }, { a: rules });
    expect(merged.actions.get("unapproved-model")?.value).toBe("Off");
    expect(merged.endpoints).toEqual(merge({ a: lax }).endpoints);
  });
});

const ENDED = { position: 0, rules: ["x"], reason: "trial", endsAt: 0, namespaces: undefined, names: undefined };

test("ended exceptions are listed by policy and place, those of policies that are not merged left out", () => {
  const opinions = ["a", "b"].map((name) => opinionOf(name, { mode: "Enforce" }, new Map()));
  const { expiredExceptions } = mergePolicies(opinions, [
    { ...ENDED, policy: "b", expiresAt: "b" },
    { ...ENDED, policy: "c", expiresAt: "c" },
    { ...ENDED, policy: "a", expiresAt: "a1", position: 1 },
    { ...ENDED, policy: "a", expiresAt: "a0" },
  ]);
  expect(expiredExceptions).toEqual([
    { policy: "a", rules: ["x"], expiresAt: "a0" },
    { policy: "a", rules: ["x"], expiresAt: "a1" },
    { policy: "b", rules: ["x"], expiresAt: "b" },
  ]);
});

/** The merge of policies by name, with the rules from which some make an exception. */
function merge(
  specs: Readonly<Record<string, Partial<PolicySpec>>>,
  excepted: Readonly<Record<string, readonly string[]>> = {},
): EffectivePolicy {
  const opinions = Object.entries(specs).map(([name, spec]) =>
    opinionOf(name, { mode: "Enforce", ...spec }, new Map(excepted[name]?.map((rule, position) => [rule, position]))),
  );
  return mergePolicies(opinions, []);
}
