import type { EffectivePolicy } from "./effective-policy.ts";
import { mergeActions } from "./merge-actions.ts";
import { mergeDefaults } from "./merge-defaults.ts";
import { mergeEndpoints } from "./merge-endpoints.ts";
import { mergeRateLimits } from "./merge-rate-limits.ts";
import { mergeRequiredLabels } from "./merge-required-labels.ts";
import { byName, compareNames } from "./name-order.ts";
import type { Opinion } from "./opinion.ts";
import type { ExceptionFact } from "./policy-fact.ts";

/**
 * Merges what policies say to one subject. Their order makes no difference: the
 * strictest word holds, of equal ones the first by name is the source, and only
 * defaults go by name order. `ended` are exceptions for the subject that hold no
 * more.
 */
export function mergePolicies(opinions: readonly Opinion[], ended: readonly ExceptionFact[]): EffectivePolicy {
  const ordered = opinions.toSorted(byName);
  const names = new Set(ordered.map(({ name }) => name));
  const rateLimits = mergeRateLimits(ordered);
  return {
    policies: Array.from(names),
    actions: mergeActions(ordered),
    rateLimits,
    endpoints: mergeEndpoints(ordered),
    requiredLabels: mergeRequiredLabels(ordered),
    defaults: mergeDefaults(ordered, rateLimits.max),
    expiredExceptions: ended
      .filter(({ policy }) => names.has(policy))
      .sort((a, b) => compareNames(a.policy, b.policy) || a.position - b.position)
      .map(({ policy, rules, expiresAt }) => ({ policy, rules, expiresAt })),
  };
}

/** What holds where no policy says anything. What the platform team writes is judged by it alone: no policy is above another. */
export const BUILT_IN_POLICY: EffectivePolicy = mergePolicies([], []);
