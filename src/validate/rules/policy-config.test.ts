import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinPath } from "#api/field-path.ts";
import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import { configWith, factsFor, findingsOf } from "../../../test/support/facts.ts";
import { HOLDS } from "../rule.ts";
import { policyConfig } from "./policy-config.ts";

type Type = NonNullable<AttachedPolicy["type"]>;

function findAll(type: Type | undefined, config: unknown) {
  const policy = {
    name: "p",
    ...(type ? { type } : {}),
    ...(config === undefined ? {} : { config }),
  } as AttachedPolicy;
  return findingsOf(policyConfig, factsFor({ object: configWith({ policies: [policy] }) }));
}

const brief = (type: Type, config: unknown) =>
  findAll(type, config).map(({ at, kind, detail }) => `${joinPath("", at)}: ${kind}: ${detail}`);

describe("policy-config", () => {
  it.each<[Type, unknown]>([
    ["circuitBreaker", { failureThreshold: 5, openSeconds: 30 }],
    ["circuitBreaker", { failureThreshold: 1, interval: "1m", openDuration: "1h", halfOpenRequests: 1 }],
    ["circuitBreaker", undefined],
    ["accessControl", { mode: "denyAll" }],
    ["accessControl", { mode: "allowAll", consumers: [] }],
    ["accessControl", { mode: "allowList", consumers: ["a"], groups: [] }],
    ["accessControl", { consumers: ["a"], allowedModels: ["gpt-*"] }],
    [
      "accessControl",
      { jwt: { issuer: "https://id.example", audience: "gateway", jwksURI: "https://id.example/keys" } },
    ],
    [
      "observability",
      { sampling: 0.1, metrics: true, tracing: true, accessLog: { fields: ["model"] }, payloadLogging: false },
    ],
    ["observability", { sampling: 0 }],
  ])("holds for %s %j", (type, config) => {
    expect(findAll(type, config)).toEqual([]);
  });

  it("does not judge a policy without a type", () => {
    expect(findAll(undefined, { anything: 1 })).toEqual([]);
    const facts = factsFor({ object: configWith({ policies: [{ name: "p", type: "observability" }] }) });
    const [policy] = facts.owner.policies;
    expect(policy && policyConfig.judges.policy?.(policy, facts)).toBe(HOLDS);
  });

  it("finds every value of the wrong type, at its place", () => {
    expect(
      brief("circuitBreaker", { failureThreshold: 1.5, interval: 10, openDuration: {}, halfOpenRequests: null }),
    ).toEqual([
      "config.failureThreshold: Invalid value: must be an integer",
      "config.interval: Invalid value: must be a string",
      "config.openDuration: Invalid value: must be a string",
      "config.halfOpenRequests: Invalid value: must be an integer",
    ]);
    expect(brief("accessControl", { consumers: ["a", 1], groups: "a", jwt: [] })).toEqual([
      "config.consumers[1]: Invalid value: must be a string",
      "config.groups: Invalid value: must be a list",
      "config.jwt: Invalid value: must be an object",
    ]);
    expect(brief("observability", { accessLog: { fields: [null] }, metrics: "yes", sampling: "0.1" })).toEqual([
      "config.accessLog.fields[0]: Invalid value: must be a string",
      "config.metrics: Invalid value: must be true or false",
      "config.sampling: Invalid value: must be a number",
    ]);
  });

  it("finds numbers and durations out of bounds", () => {
    expect(brief("circuitBreaker", { failureThreshold: 0, openSeconds: 3601, interval: "0s" })).toEqual([
      "config.failureThreshold: Invalid value: must be greater than or equal to 1",
      "config.openSeconds: Invalid value: must be less than or equal to 3600",
      "config.interval: Invalid value: must be more than '0s' and at most '1h'",
    ]);
    expect(brief("circuitBreaker", { openDuration: "61m" })).toHaveLength(1);
    expect(brief("circuitBreaker", { openDuration: "soon" })[0]).toContain("must be a duration such as");
    expect(brief("observability", { sampling: 1.1 })).toEqual([
      "config.sampling: Invalid value: must be less than or equal to 1",
    ]);
  });

  it("finds the open time given twice", () => {
    expect(brief("circuitBreaker", { openSeconds: 30, openDuration: "30s" })).toEqual([
      "config.openSeconds: Forbidden: must be absent when `openDuration` is given",
    ]);
  });

  it.each([undefined, {}, { consumers: [] }, { consumers: ["a"], groups: [] }, { jwt: {}, allowedModels: [] }])(
    "asks for the mode of the empty access list %j",
    (config) => {
      expect(findAll("accessControl", config)).toMatchObject([{ at: ["config", "mode"], kind: "Required value" }]);
    },
  );

  it("finds a mode that refers to lists without items, and one that nobody knows", () => {
    expect(brief("accessControl", { mode: "allowList", consumers: [] })).toEqual([
      "config.mode: Invalid value: must be 'allowAll' or 'denyAll' where no list has an item",
    ]);
    expect(brief("accessControl", { mode: "allow" })).toEqual([
      "config.mode: Unsupported value: must be one of 'allowAll', 'denyAll', 'allowList'",
    ]);
  });

  it("advises against a list that lets in nobody else", () => {
    expect(findAll("accessControl", { mode: "allowAll", groups: ["staff"] })).toMatchObject([
      { at: ["config", "groups"], advice: true, read: [["type"], ["config", "groups"], ["config", "mode"]] },
    ]);
  });

  it("advises against fields that the type does not know, with the nearest", () => {
    expect(findAll("circuitBreaker", { failureTreshold: 5 })).toMatchObject([
      {
        at: ["config", "failureTreshold"],
        kind: "Forbidden",
        advice: true,
        read: [["type"], ["config", "failureTreshold"]],
      },
    ]);
    expect(brief("circuitBreaker", { failureTreshold: 5 })[0]).toMatch(/; did you mean 'failureThreshold'\?$/);
    expect(brief("observability", { accessLog: { "a b": 1 } })).toEqual([
      "config.accessLog: Forbidden: must have no fields but 'fields'",
    ]);
    expect(
      findAll("observability", Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`x${index}`, 1]))),
    ).toHaveLength(8);
  });

  it("never shows a string of the configuration", () => {
    const config = { mode: "sk-secret", consumers: "sk-secret", jwt: { issuer: ["sk-secret"], other: "sk-secret" } };
    const found = findAll("accessControl", config);
    expect(found.length).toBeGreaterThan(3);
    expect(JSON.stringify(found.map(({ part: _part, ...shown }) => shown))).not.toContain("sk-secret");
  });

  it("answers for anything at all, however deep", () => {
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`);
    expect(findAll("observability", { accessLog: deep, other: deep })).toHaveLength(2);
    expect(
      findAll("accessControl", JSON.parse('{"__proto__": {"mode": "x"}, "constructor": 1, "mode": "denyAll"}')),
    ).toHaveLength(2);
    const type = fc.constantFrom<Type>("circuitBreaker", "accessControl", "observability");
    const keys = fc.constantFrom("mode", "consumers", "jwt", "interval", "openDuration", "accessLog", "__proto__", "");
    fc.assert(
      fc.property(type, fc.dictionary(keys, fc.jsonValue()), (some, config) => {
        for (const { detail, at } of findAll(some, config)) {
          expect(detail).toMatch(/^must /);
          expect(at[0]).toBe("config");
        }
      }),
    );
  });
});
