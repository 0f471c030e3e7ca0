import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { sourceOf } from "./covering-approvals.ts";
import type { EffectivePolicy, RateLimitField, Sourced } from "./effective-policy.ts";
import { lowerTo } from "./merge-defaults.ts";
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

const LIMIT_ON = {
  requestsPerMinute: "maxRequestsPerMinute",
  burst: "maxBurst",
  tokensPerMinute: "maxTokensPerMinute",
} as const satisfies Record<RateLimitField, string>;

export type ModelDefaults = Pick<EffectivePolicy["defaults"], "rateLimits" | "timeouts">;

/**
 * What a model gets where it says nothing: the defaults of the approvals that
 * cover it, the first by name that has one, then those of the policies; no rate
 * limit above what policies or approvals allow.
 */
export function modelDefaults(policy: EffectivePolicy, covering: readonly ApprovedModel[]): ModelDefaults {
  const approved = covering.map((approval) => ({ source: sourceOf(approval), ...approval.spec.defaults }));
  const timeout = (field: "request" | "streamIdle") =>
    namedBy(approved, ({ timeouts }) => timeouts?.[field]).at(0) ?? policy.defaults.timeouts[field];
  const request = timeout("request");
  const streamIdle = timeout("streamIdle");
  const rateLimits = eachRateLimit(
    (field) => namedBy(approved, (defaults) => defaults.rateLimits?.[field]).at(0) ?? policy.defaults.rateLimits[field],
  );
  return {
    rateLimits: lowerTo(lowerTo(rateLimits, policy.rateLimits.max), tightestLimits(covering).rateLimits),
    timeouts: { ...(request ? { request } : {}), ...(streamIdle ? { streamIdle } : {}) },
  };
}
