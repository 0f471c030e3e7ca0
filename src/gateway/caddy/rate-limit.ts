import type { Limit } from "#api/kinds/rate-limit-policy.ts";
import type { EffectiveModel } from "../effective-configuration.ts";

export const RATE_LIMIT_MODULE = "http.handlers.rate_limit";

/**
 * Limits of requests, as the module `rate_limit` counts them: in windows that slide.
 * `zone` tells them apart from all others of the configuration.
 */
export function rateLimits(zone: string, limits: readonly Limit[]): readonly object[] {
  const zones = limits.flatMap(({ requests, window, key, header }, index) => {
    const counted = keyOf(key, header);
    if (requests === undefined || counted === undefined) return [];
    return [[`${zone} ${index}`, { key: counted, window, max_events: requests }] as const];
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
