import { type EffectivePolicy, RATE_LIMIT_FIELDS, type RateLimitField, type Sourced } from "./effective-policy.ts";
import type { Opinion } from "./opinion.ts";
import { type IsTighter, isHigher, isLower, namedBy, tightest } from "./tightest.ts";

/** The narrowest bounds: the highest minimum and the lowest maximum of each field. */
export function mergeRateLimits(ordered: readonly Opinion[]): EffectivePolicy["rateLimits"] {
  const required = namedBy(ordered, ({ rateLimits }) => rateLimits.required || undefined).at(0);
  return {
    min: bounds(ordered, "min", isHigher),
    max: bounds(ordered, "max", isLower),
    ...(required ? { required } : {}),
  };
}

function bounds(ordered: readonly Opinion[], end: "min" | "max", isTighter: IsTighter<number>): RateLimits {
  return eachRateLimit((field) =>
    tightest(
      namedBy(ordered, ({ rateLimits }) => rateLimits[end]?.[field]),
      isTighter,
    ),
  );
}

export type RateLimits = Readonly<Partial<Record<RateLimitField, Sourced<number>>>>;

/** A record of those rate limits for which there is a value. */
export function eachRateLimit(valueOf: (field: RateLimitField) => Sourced<number> | undefined): RateLimits {
  const entries = RATE_LIMIT_FIELDS.map((field) => [field, valueOf(field)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
