import type { Limit } from "#api/kinds/rate-limit-policy.ts";
import type { EffectiveModel } from "../effective-configuration.ts";

export const RATE_LIMIT_MODULE = "http.handlers.rate_limit";

/** The module keeps the instant of each request that fits into a window, in 24 bytes. At 10^12 it ends Caddy. */
export const MOST_REQUESTS = 1_000_000;

/**
 * Limits of requests, as the module `rate_limit` counts them: in windows that slide.
 * It goes on counting what has the name that it had before, so a name says what is
 * counted and nothing that other parts decide. One that was given another number
 * would let nobody in before its window is over.
 */
export function rateLimits(counted: string, limits: readonly Limit[]): readonly object[] {
  const zones = limits.flatMap(({ requests, window, key, header }) => {
    const each = keyOf(key, header);
    if (requests === undefined || each === undefined) return [];
    const most = Math.min(requests, MOST_REQUESTS);
    return [[`${counted}: ${most} in ${window} of ${each}`, { key: each, window, max_events: most }] as const];
  });
  return zones.length === 0 ? [] : [{ handler: "rate_limit", rate_limits: Object.fromEntries(zones) }];
}

/** A model's own limit, beside those of RateLimitPolicies. */
export function limitsOfModel({ rateLimits, limits }: EffectiveModel): readonly Limit[] {
  const { requestsPerMinute, key } = rateLimits ?? {};
  if (requestsPerMinute === undefined) return limits;
  return [{ requests: requestsPerMinute, window: "1m", ...(key ? { key } : {}) }, ...limits];
}

/** Undefined for what Caddy cannot tell apart. */
function keyOf(key: Limit["key"] = "Global", header: string | undefined): string | undefined {
  if (key === "Global") return "all";
  if (key === "ClientIP") return "{http.vars.client_ip}";
  return key === "Header" && header !== undefined && HEADER.test(header)
    ? `{http.request.header.${header}}`
    : undefined;
}

/** Nothing that would end the placeholder. */
const HEADER = /^[A-Za-z0-9._-]+$/;
