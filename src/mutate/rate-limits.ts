import type { AddOperation } from "#api/admission-review.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import { RATE_LIMIT_FIELDS, type RateLimitField } from "#policy/effective-policy.ts";
import { additions, type FieldDefault } from "./additions.ts";
import type { Offers } from "./facts.ts";
import { type Unchecked, unchecked } from "./unchecked.ts";

/**
 * Rate limits of a model: those of the first covering approval that offers one,
 * then the policies', each brought inside the bounds that it will be held to.
 * Where the bounds leave no room, none is added. `key` is the schema's default,
 * which the API server adds after us.
 */
export function rateLimitOperations(model: Unchecked<Model>, pointer: string, offers: Offers): readonly AddOperation[] {
  const given = unchecked<NonNullable<Model["rateLimits"]>>(model.rateLimits);
  const defaults: FieldDefault[] = [];
  let steadyRate = given?.requestsPerMinute;
  for (const field of RATE_LIMIT_FIELDS) {
    if (given?.[field] !== undefined) continue;
    const value = defaultRate(field, offers, field === "burst" ? ceilingOfBurst(steadyRate) : Number.POSITIVE_INFINITY);
    if (value === undefined) continue;
    if (field === "requestsPerMinute") steadyRate = value; // comes before burst
    defaults.push([field, value]);
  }
  return additions(`${pointer}/rateLimits`, model.rateLimits, defaults);
}

/** A burst above the steady rate means nothing. Where that rate is no whole number, no burst is right. */
function ceilingOfBurst(steadyRate: unknown): number {
  if (steadyRate === undefined) return Number.POSITIVE_INFINITY;
  return typeof steadyRate === "number" && Number.isInteger(steadyRate) ? steadyRate : Number.NEGATIVE_INFINITY;
}

function defaultRate(field: RateLimitField, { approvals, policy }: Offers, ceiling: number): number | undefined {
  const offered = offeredRate(field, approvals) ?? policy.defaults.rateLimits[field]?.value;
  if (offered === undefined) return undefined;
  const { min, max } = policy.rateLimits;
  const most = Math.min(ceiling, max[field]?.value ?? Number.POSITIVE_INFINITY, tightestLimit(field, approvals));
  const least = min[field]?.value ?? 0;
  return least <= most ? Math.max(least, Math.min(offered, most)) : undefined;
}

function offeredRate(field: RateLimitField, approvals: readonly ApprovedModel[]): number | undefined {
  for (const { spec } of approvals) {
    const rate = spec.defaults?.rateLimits?.[field];
    if (rate !== undefined) return rate;
  }
  return undefined;
}

function tightestLimit(field: RateLimitField, approvals: readonly ApprovedModel[]): number {
  let tightest = Number.POSITIVE_INFINITY;
  for (const { spec } of approvals) {
    tightest = Math.min(tightest, spec.limits?.[LIMIT_FIELDS[field]] ?? Number.POSITIVE_INFINITY);
  }
  return tightest;
}

const LIMIT_FIELDS = {
  requestsPerMinute: "maxRequestsPerMinute",
  burst: "maxBurst",
  tokensPerMinute: "maxTokensPerMinute",
} as const satisfies Record<RateLimitField, string>;
