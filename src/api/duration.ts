/** Milliseconds of a duration such as `1m30s` (GEP-2257), undefined for anything else. */
export function millisecondsOf(duration: string): number | undefined {
  const single = singleMilliseconds(duration);
  if (single !== undefined) return single;
  if (!DURATION.test(duration)) return undefined;
  let milliseconds = 0;
  for (const [, count, unit] of duration.matchAll(PIECE)) milliseconds += Number(count) * (UNITS[unit ?? ""] ?? 0);
  return milliseconds;
}

/** One number and one unit, as nearly all durations are. Makes nothing, since every model has two of them. */
function singleMilliseconds(duration: string): number | undefined {
  let count = 0;
  let index = 0;
  for (; index < MAX_DIGITS; index += 1) {
    const digit = duration.charCodeAt(index) - DIGIT_ZERO;
    if (!(digit >= 0 && digit <= 9)) break;
    count = count * 10 + digit;
  }
  const left = duration.length - index;
  if (index === 0 || left > 2) return undefined;
  const unit = left === 1 ? UNITS[duration.charAt(index)] : duration.endsWith("ms") ? UNITS["ms"] : undefined;
  return unit === undefined ? undefined : count * unit;
}

const MAX_DIGITS = 5;
const DIGIT_ZERO = 48;

const DURATION = /^(?:[0-9]{1,5}(?:h|m|s|ms)){1,4}$/;
const PIECE = /([0-9]+)(ms|h|m|s)/g;

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
