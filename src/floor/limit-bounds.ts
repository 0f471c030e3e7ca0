import { RATE_LIMIT_FIELDS, type RateLimitField } from "#policy/effective-policy.ts";
import type { FloorPart, Variable } from "./admission-policy.ts";
import { deniesExpression } from "./policy-terms.ts";
import { noneOf } from "./validation.ts";

const RULE = "rate-limit-bounds";

/** Something that one limit of a RateLimitPolicy counts. */
interface Count {
  readonly path: string;
  readonly isGiven: string;
  readonly field: RateLimitField;
  /** Whether the least of the policy binds it too: no part of the tokens may be more than all, but each may be less. */
  readonly hasLeast: boolean;
  /** Whether it is for the limit's window, and the bound for a minute. */
  readonly isInWindow: boolean;
}

const COUNTS: readonly Count[] = [
  {
    path: "requests",
    isGiven: "has(limit.requests)",
    field: "requestsPerMinute",
    hasLeast: true,
    isInWindow: true,
  },
  ...["total", "input", "output"].map(
    (kind): Count => ({
      path: `tokens.${kind}`,
      isGiven: `has(limit.tokens) && has(limit.tokens.${kind})`,
      field: "tokensPerMinute",
      hasLeast: kind === "total",
      isInWindow: true,
    }),
  ),
  { path: "burst", isGiven: "has(limit.burst)", field: "burst", hasLeast: true, isInWindow: false },
];

/**
 * Each limit of a RateLimitPolicy is inside the policy's own bounds, on average over
 * a minute. A limit that was there before, with all it says, is excused.
 */
export function limitBounds(): FloorPart {
  const lists = COUNTS.map((_, index) => `variables.outside${index}`);
  return {
    variables: [
      { name: "judgesRateLimits", expression: deniesExpression(RULE) },
      ...RATE_LIMIT_FIELDS.map(soundness),
      { name: "seconds", expression: `object.spec.limits.map(limit, ${secondsOf("limit.window")})` },
      {
        name: "isNew",
        expression: "object.spec.limits.map(limit, oldObject == null || !(limit in oldObject.spec.limits))",
      },
      ...COUNTS.map((count, index) => ({ name: `outside${index}`, expression: outside(count) })),
      { name: "limitsOutside", expression: lists.join(" + ") },
    ],
    validation: noneOf(
      "limitsOutside",
      RULE,
      "each limit must be inside the policy's bounds, on average over a minute",
    ),
  };
}

/** Bounds that contradict each other bind nobody. */
function soundness(field: RateLimitField): Variable {
  const [least, most] = [bound("min", field), bound("max", field)];
  return {
    name: `${field}IsSound`,
    expression: `!${least}.hasValue() || !${most}.hasValue() || ${least}.value() <= ${most}.value()`,
  };
}

function outside({ path, isGiven, field, hasLeast, isInWindow }: Count): string {
  const [least, most] = [bound("min", field), bound("max", field)];
  const given = isInWindow ? `limit.${path} * 60` : `limit.${path}`;
  const asBound = (value: string) => (isInWindow ? `${value} * variables.seconds[index]` : value);
  const isMore = `${most}.hasValue() && ${given} > ${asBound(`${most}.value()`)}`;
  const isLess = hasLeast ? `${least}.hasValue() && ${given} < ${asBound(`${least}.value()`)}` : "false";
  const unit = isInWindow ? " a minute" : "";
  return `variables.judgesRateLimits && variables.${field}IsSound ? object.spec.limits.transformList(index, limit,
  ${isGiven} && variables.isNew[index] && variables.seconds[index] > 0 && (${isMore} || ${isLess}),
  'spec.limits[' + string(index) + '].${path}: must be ' + (${isMore} ?
  'less than or equal to ' + string(${most}.value()) : 'greater than or equal to ' + string(${least}.orValue(0))) + '${unit}') : []`;
}

function bound(end: "min" | "max", field: RateLimitField): string {
  return `params.spec.?rateLimits.?${end}.?${field}`;
}

/** Length of a window such as `15m`; 0 where it cannot be read. */
function secondsOf(window: string): string {
  const unit = `${window}.endsWith('s') ? 1 : ${window}.endsWith('m') ? 60 : ${window}.endsWith('h') ? 3600 : 86400`;
  return `${window}.matches('^[1-9][0-9]{0,3}[smhd]$') ? int(${window}.substring(0, size(${window}) - 1)) * (${unit}) : 0`;
}
