import type { EffectivePolicy, Sourced } from "./effective-policy.ts";
import { isLabel } from "./label-syntax.ts";
import { eachRateLimit, type RateLimits } from "./merge-rate-limits.ts";
import type { Opinion } from "./opinion.ts";
import { namedBy } from "./tightest.ts";

/** For each field the default that the first policy names, no rate limit above the merged maximum. */
export function mergeDefaults(ordered: readonly Opinion[], maximum: RateLimits): EffectivePolicy["defaults"] {
  const request = namedBy(ordered, ({ defaults }) => defaults.timeouts?.request).at(0);
  const streamIdle = namedBy(ordered, ({ defaults }) => defaults.timeouts?.streamIdle).at(0);
  const rateLimits = eachRateLimit((field) => namedBy(ordered, ({ defaults }) => defaults.rateLimits?.[field]).at(0));
  return {
    labels: firstLabels(ordered),
    rateLimits: lowerTo(rateLimits, maximum),
    timeouts: { ...(request ? { request } : {}), ...(streamIdle ? { streamIdle } : {}) },
  };
}

/** Rate limits, each brought down to its maximum; who set the maximum is then the source. */
function lowerTo(rateLimits: RateLimits, maximum: RateLimits): RateLimits {
  return eachRateLimit((field) => {
    const wanted = rateLimits[field];
    const most = maximum[field];
    return wanted && most && most.value < wanted.value ? most : wanted;
  });
}

function firstLabels(ordered: readonly Opinion[]): ReadonlyMap<string, Sourced<string>> {
  const labels = new Map<string, Sourced<string>>();
  for (const { defaults, source } of ordered) {
    for (const [key, value] of Object.entries(defaults.labels ?? {})) {
      // The API server refuses an object with any other label, and so would refuse every object that gets one.
      if (!labels.has(key) && isLabel(key, value)) labels.set(key, { value, source });
    }
  }
  return labels;
}
