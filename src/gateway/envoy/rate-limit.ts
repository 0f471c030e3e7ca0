import { millisecondsOf } from "#api/duration.ts";
import type { Limit } from "#api/kinds/rate-limit-policy.ts";
import type { EffectiveModel } from "../effective-configuration.ts";
import { duration, typed } from "./typed.ts";

const FILTER = "extensions.filters.http.local_ratelimit.v3.LocalRateLimit";

/** A limit as the settings of a filter `local_ratelimit`. Each Envoy counts for itself. */
export function rateLimit(name: string, { requests = 0, window, burst, key, header, shadowMode }: Limit): object {
  const bucket = {
    max_tokens: Math.min(burst === undefined ? requests : Math.max(burst, 1), MOST_TOKENS),
    tokens_per_fill: Math.min(requests, MOST_TOKENS),
    fill_interval: duration(windowMilliseconds(window)),
  };
  const counted = countedBy(key, header);
  return typed(FILTER, {
    stat_prefix: name,
    filter_enabled: always(100),
    filter_enforced: always(shadowMode === true ? 0 : 100),
    ...(counted
      ? {
          // Of whoever has no such header, all together.
          token_bucket: bucket,
          always_consume_default_token_bucket: false,
          rate_limits: [{ actions: [counted.action] }],
          descriptors: [{ entries: [{ key: counted.entry }], token_bucket: bucket }],
        }
      : { token_bucket: bucket }),
  });
}

/** A filter that limits nothing unless a route says so. */
export function noRateLimit(name: string): object {
  return typed(FILTER, { stat_prefix: name });
}

export const RATE_LIMIT_FILTER = "envoy.filters.http.local_ratelimit";

/** A model's own limit, beside those of RateLimitPolicies. */
export function limitsOfModel({ rateLimits, limits }: EffectiveModel): readonly Limit[] {
  const { requestsPerMinute, burst, key } = rateLimits ?? {};
  const counted = requestLimits(limits);
  if (requestsPerMinute === undefined) return counted;
  const own = { requests: requestsPerMinute, window: "1m", ...(burst !== undefined && { burst }), ...(key && { key }) };
  return [own, ...counted];
}

/** Those that count requests, since tokens are nothing that Envoy sees. */
export function requestLimits(limits: readonly Limit[]): readonly Limit[] {
  return limits.filter(({ requests }) => requests !== undefined);
}

/** A number of 32 bits. */
const MOST_TOKENS = 4_294_967_295;

function always(numerator: number): object {
  return { default_value: { numerator, denominator: "HUNDRED" } };
}

/** An entry without a value stands for each value apart. */
function countedBy(key: Limit["key"], header: string | undefined) {
  if (key === "ClientIP") return { entry: "remote_address", action: { remote_address: {} } };
  if (key !== "Header" || header === undefined) return undefined;
  const entry = "header";
  return { entry, action: { request_headers: { header_name: header, descriptor_key: entry } } };
}

function windowMilliseconds(window: string): number {
  const days = /^(\d+)d$/.exec(window);
  return days ? Number(days[1]) * 86_400_000 : (millisecondsOf(window) ?? 60_000);
}
