import type { RelativePath } from "#api/field-path.ts";
import { MAX_COUNT } from "#api/kinds/rate-limit-policy.ts";
import type { RateLimitField, Sourced } from "#policy/effective-policy.ts";
import { averagePerMinute, leastInWindow, mostInWindow, secondsOfWindow } from "./average-rate.ts";
import type { Part } from "./part.ts";
import { type Facts, type Finding, HOLDS } from "./rule.ts";

/**
 * What of a RateLimitPolicy's limit is outside the bounds of policies.
 *
 * Bounds are for a minute and windows of any length, so what is compared is the
 * average over a minute. A shorter window holds clients tighter than a minute
 * does; a longer one lets all that it has room for come in any one minute, which
 * only a second limit with a short window prevents.
 */
export function findLimitOutside(part: Part<"limit">, { policy }: Facts): readonly Finding[] {
  const { requests, tokens, burst } = part.value;
  const { min, max } = policy.rateLimits;
  const found: Finding[] = [];
  if (requests !== undefined) {
    addAverage(
      found,
      { part, at: REQUESTS, value: requests },
      { field: "requestsPerMinute", min: min.requestsPerMinute, max: max.requestsPerMinute },
    );
  }
  for (const kind of TOKENS) {
    const value = tokens?.[kind];
    // No part of the tokens may be more than all of them, but each may be less.
    const least = kind === "total" ? min.tokensPerMinute : undefined;
    if (value !== undefined)
      addAverage(
        found,
        { part, at: ["tokens", kind], value },
        { field: "tokensPerMinute", min: least, max: max.tokensPerMinute },
      );
  }
  if (burst !== undefined) addBurst(found, part, burst, { field: "burst", min: min.burst, max: max.burst });
  return found.length === 0 ? HOLDS : found;
}

const REQUESTS: RelativePath = ["requests"];
const BURST: RelativePath = ["burst"];
const WINDOW: RelativePath = ["window"];
const TOKENS = ["total", "input", "output"] as const;

interface Count {
  readonly part: Part<"limit">;
  readonly at: RelativePath;
  readonly value: number;
}

interface Bounds {
  readonly field: RateLimitField;
  readonly min: Sourced<number> | undefined;
  readonly max: Sourced<number> | undefined;
}

function addAverage(found: Finding[], count: Count, { field, min, max }: Bounds): void {
  if (!min && !max) return;
  const { window } = count.part.value;
  const seconds = secondsOfWindow(window);
  if (seconds === undefined) return; // a fault of its shape
  const average = averagePerMinute(count.value, seconds);
  const read = [count.at, WINDOW];
  if (max && average.ceil > max.value) {
    found.push({
      ...count,
      kind: "Invalid value",
      detail: atMost(max.value, window, seconds),
      ...askedBy(max, "max", field),
      read,
    });
  }
  if (min && average.floor < min.value) {
    found.push({
      ...count,
      kind: "Invalid value",
      detail: atLeast(min.value, window, seconds),
      ...askedBy(min, "min", field),
      read,
    });
  }
}

function askedBy({ source }: Sourced<number>, end: "min" | "max", field: RateLimitField) {
  return { source, sourceField: `spec.rateLimits.${end}.${field}` };
}

function atMost(perMinute: number, window: string, seconds: number): string {
  if (seconds === 60) return `must be less than or equal to ${perMinute}`;
  const most = mostInWindow(perMinute, seconds);
  if (most > 0n) return `must be less than or equal to ${most} in '${window}', for at most ${perMinute} a minute`;
  return `must have a window of at least '${Math.ceil(60 / perMinute)}s', in which 1 is at most ${perMinute} a minute`;
}

function atLeast(perMinute: number, window: string, seconds: number): string {
  if (seconds === 60) return `must be greater than or equal to ${perMinute}`;
  const least = leastInWindow(perMinute, seconds);
  if (least > MAX_COUNT) return `must have a shorter window than '${window}', for at least ${perMinute} a minute`;
  return `must be greater than or equal to ${least} in '${window}', for at least ${perMinute} a minute`;
}

function addBurst(found: Finding[], part: Part<"limit">, value: number, { field, min, max }: Bounds): void {
  const finding = { part, at: BURST, kind: "Invalid value", value } as const;
  if (max && value > max.value) {
    const detail = `must be less than or equal to ${max.value}`;
    found.push({ ...finding, detail, ...askedBy(max, "max", field), read: [BURST] });
  }
  if (min && value < min.value) {
    const detail = `must be greater than or equal to ${min.value}`;
    found.push({ ...finding, detail, ...askedBy(min, "min", field), read: [BURST] });
  }
  const { requests } = part.value;
  if (requests === undefined || value <= requests) return;
  const detail = `must be less than or equal to \`requests\`, which is ${requests}`;
  found.push({ ...finding, detail, advice: true, read: [BURST, REQUESTS] });
}
