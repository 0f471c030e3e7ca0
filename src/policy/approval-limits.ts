import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { sourceOf } from "./covering-approvals.ts";
import type { RateLimitField, Sourced } from "./effective-policy.ts";
import { eachRateLimit, type RateLimits } from "./merge-rate-limits.ts";
import { isLower, namedBy, tightest } from "./tightest.ts";

/** The most that approvals allow a model. */
export interface ApprovalLimits {
  readonly rateLimits: RateLimits;
  readonly maxOutputTokens?: Sourced<number>;
}

/**
 * The limits of the approvals that cover a model. Where several do, the tightest
 * holds: to approve a model once more, in another object, must not lift a limit.
 */
export function tightestLimits(covering: readonly ApprovedModel[]): ApprovalLimits {
  const limits = covering.map((approval) => ({ source: sourceOf(approval), ...approval.spec.limits }));
  const maxOutputTokens = tightest(
    namedBy(limits, (limit) => limit.maxOutputTokens),
    isLower,
  );
  return {
    rateLimits: eachRateLimit((field) =>
      tightest(
        namedBy(limits, (limit) => limit[LIMIT_ON[field]]),
        isLower,
      ),
    ),
    ...(maxOutputTokens ? { maxOutputTokens } : {}),
  };
}

/** The field of an approval that bounds a rate limit. */
export const LIMIT_ON = {
  requestsPerMinute: "maxRequestsPerMinute",
  burst: "maxBurst",
  tokensPerMinute: "maxTokensPerMinute",
} as const satisfies Record<RateLimitField, string>;
