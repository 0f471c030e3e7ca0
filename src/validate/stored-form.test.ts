import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ACTIONS, type AIGatewayPolicy, aiGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import { validPolicy } from "../../test/support/arbitrary-objects.ts";
import { shapeFaults } from "./shape.ts";
import { storedForm } from "./stored-form.ts";

const EXCEPTION = { names: ["main"], reason: "x", expiresAt: "2099-01-01T00:00:00Z" };

function policy(spec: Partial<AIGatewayPolicy["spec"]>): AIGatewayPolicy {
  return {
    apiVersion: "gateway.example.com/v1",
    kind: "AIGatewayPolicy",
    metadata: { name: "team" },
    spec: { mode: "Enforce", ...spec },
  };
}

describe("of a stored policy", () => {
  test("a good one is taken as it is, the very object", () => {
    const good = policy({ rules: { "in-use": "Warn" }, rateLimits: { min: { burst: 1 }, max: { burst: 2 } } });
    expect(storedForm(good).inForce).toBe(good);
  });

  test.each<[string, Partial<AIGatewayPolicy["spec"]>, Partial<AIGatewayPolicy["spec"]>]>([
    [
      "a minimum above its maximum",
      { rateLimits: { min: { burst: 9, requestsPerMinute: 1 }, max: { burst: 3 } } },
      { rateLimits: { min: { requestsPerMinute: 1 }, max: { burst: 3 } } },
    ],
    ["an unknown rule", { rules: { "in-used": "Warn", "in-use": "Warn" } }, { rules: { "in-use": "Warn" } }],
    [
      "an exception from an unknown rule beside a known one",
      { exceptions: [{ ...EXCEPTION, rules: ["in-used", "in-use"] }] },
      { exceptions: [{ ...EXCEPTION, rules: ["in-use"] }] },
    ],
    [
      "an exception from nothing else",
      {
        exceptions: [
          { ...EXCEPTION, rules: ["in-used", "size-of"] },
          { ...EXCEPTION, rules: ["in-use"] },
        ],
      },
      { exceptions: [{ ...EXCEPTION, rules: ["in-use"] }] },
    ],
    [
      "a required label that cannot be",
      { requiredLabels: [{ key: "the team" }, { key: "team" }] },
      { requiredLabels: [{ key: "team" }] },
    ],
    [
      "values that no label has",
      {
        requiredLabels: [
          { key: "team", values: ["the a", "b"] },
          { key: "tier", values: ["the a"] },
          { key: "t", values: [] },
        ],
      },
      { requiredLabels: [{ key: "team", values: ["b"] }, { key: "tier" }, { key: "t" }] },
    ],
    [
      "a default that its own requirement refuses",
      { requiredLabels: [{ key: "team", values: ["a"] }], defaults: { labels: { team: "b", tier: "c" } } },
      { requiredLabels: [{ key: "team", values: ["a"] }], defaults: { labels: { tier: "c" } } },
    ],
    [
      "no time at all",
      { defaults: { timeouts: { request: "0s", streamIdle: "5s" } } },
      { defaults: { timeouts: { streamIdle: "5s" } } },
    ],
  ])("%s counts as unset", (_, spec, inForce) => {
    const form = storedForm(policy(spec));
    expect(form.inForce).toEqual(policy(inForce));
    expect(form.faults).not.toEqual([]);
  });

  test("what is odd but has a meaning stays: a selector that selects nothing must not come to select all", () => {
    const odd = policy({
      namespaceSelector: { matchExpressions: [{ key: "team", operator: "In", values: [] }] },
      defaults: { rateLimits: { burst: 9 } },
      rateLimits: { max: { burst: 3 } },
      exceptions: [{ ...EXCEPTION, rules: ["credential-source"], expiresAt: "2020-01-01T00:00:00Z" }],
    });
    expect(storedForm(odd)).toEqual({ inForce: odd, faults: [] });
  });
});

const UNKNOWN = fc.dictionary(fc.constantFrom("in-use", "in-used", "__proto__"), fc.constantFrom(...ACTIONS));
const WORDS = fc.constantFrom("team", "the team", "tier");
const REQUIRED = fc.uniqueArray(fc.record({ key: WORDS, values: fc.uniqueArray(WORDS) }), {
  selector: ({ key }) => key,
});
const faultyPolicy = fc
  .tuple(validPolicy, UNKNOWN, REQUIRED)
  .map(([{ spec, ...rest }, rules, requiredLabels]) => ({ ...rest, spec: { ...spec, rules, requiredLabels } }));

test("whatever a policy says, its form in force has the right shape and no fault without a meaning", () => {
  let faulty = 0;
  fc.assert(
    fc.property(faultyPolicy, (policy) => {
      const { inForce, faults } = storedForm(policy);
      if (faults.length > 0) faulty += 1;
      expect(shapeFaults(aiGatewayPolicy, inForce)).toEqual([]);
      expect(storedForm(inForce)).toEqual({ inForce, faults: [] });
    }),
  );
  expect(faulty).toBeGreaterThan(20); // a property that saw nothing must be red
});
