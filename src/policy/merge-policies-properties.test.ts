import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ACTIONS, CLUSTER_LOCAL } from "#api/kinds/ai-gateway-policy.ts";
import { validPolicy } from "../../test/support/arbitrary-objects.ts";
import { RATE_LIMIT_FIELDS } from "./effective-policy.ts";
import { mergePolicies } from "./merge-policies.ts";
import { type Opinion, opinionOf } from "./opinion.ts";

/** Opinions of distinct policies, some of them with exceptions. */
const opinions: fc.Arbitrary<readonly Opinion[]> = fc
  .array(
    fc.tuple(
      validPolicy,
      fc.subarray(["rate-limit-bounds", "forbidden-endpoint", "plaintext-endpoint", "unapproved-model"]),
    ),
  )
  .map((drawn) =>
    drawn.map(([{ spec }, excepted], index) =>
      opinionOf(`p${index}`, spec, new Map(excepted.map((rule) => [rule, 0]))),
    ),
  );

describe("for any policies", () => {
  test("their order makes no difference", () => {
    const shuffled = opinions.chain((ordered) =>
      fc.tuple(fc.constant(ordered), fc.shuffledSubarray([...ordered], { minLength: ordered.length })),
    );
    fc.assert(
      fc.property(shuffled, ([ordered, other]) => {
        expect(mergePolicies(other, [])).toEqual(mergePolicies(ordered, []));
      }),
    );
  });

  test("the tightest word of any of them holds", () => {
    fc.assert(
      fc.property(opinions, (all) => {
        const { rateLimits, endpoints } = mergePolicies(all, []);
        for (const field of RATE_LIMIT_FIELDS) {
          expect(rateLimits.max[field]?.value).toBe(least(all.map((one) => one.rateLimits.max?.[field])));
          expect(rateLimits.min[field]?.value).toBe(most(all.map((one) => one.rateLimits.min?.[field])));
        }
        expect(endpoints.allowHTTP.value).toBe(unanimous(all.map((one) => one.endpoints.allowHTTP)));
        expect(endpoints.allowPrivate.value).toBe(unanimous(all.map((one) => one.endpoints.allowPrivate)));
        const local = all
          .map((one) => one.endpoints.allowClusterLocal)
          .map((word) => word && CLUSTER_LOCAL.indexOf(word));
        expect(CLUSTER_LOCAL.indexOf(endpoints.allowClusterLocal.value)).toBe(least(local) ?? 1);
        expect(endpoints.allowedHosts.map(({ value }) => value)).toEqual(
          all.flatMap((one) => (one.endpoints.allowedHosts ? [one.endpoints.allowedHosts] : [])),
        );
      }),
    );
  });

  test("a policy more is never more lenient", () => {
    fc.assert(
      fc.property(opinions, validPolicy, (all, { spec }) => {
        const before = mergePolicies(all, []);
        const after = mergePolicies([...all, opinionOf("q", spec, new Map())], []);
        for (const [rule, { value }] of before.actions) {
          // An exception's Audit may give way to the rule's default, which is Deny for every rule with parameters.
          const action = after.actions.get(rule)?.value ?? "Deny";
          expect(ACTIONS.indexOf(action)).toBeGreaterThanOrEqual(ACTIONS.indexOf(value));
        }
        for (const field of RATE_LIMIT_FIELDS) {
          expect(after.rateLimits.max[field]?.value ?? Infinity).toBeLessThanOrEqual(
            before.rateLimits.max[field]?.value ?? Infinity,
          );
          expect(after.defaults.rateLimits[field]?.value ?? 0).toBeLessThanOrEqual(
            after.rateLimits.max[field]?.value ?? Infinity,
          );
        }
      }),
    );
  });
});

function least(values: readonly (number | undefined)[]): number | undefined {
  return values
    .filter((value) => value !== undefined)
    .sort((a, b) => a - b)
    .at(0);
}

function most(values: readonly (number | undefined)[]): number | undefined {
  return values
    .filter((value) => value !== undefined)
    .sort((a, b) => a - b)
    .at(-1);
}

/** What is allowed when somebody allows it and nobody refuses. */
function unanimous(words: readonly (boolean | undefined)[]): boolean {
  return words.includes(true) && !words.includes(false);
}
