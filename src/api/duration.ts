/** Milliseconds of a duration such as `1m30s` (GEP-2257), undefined for anything else. */
export function millisecondsOf(duration: string): number | undefined {
  const [, single, singleUnit] = SINGLE.exec(duration) ?? [];
  if (single !== undefined) return Number(single) * (UNITS[singleUnit ?? ""] ?? 0);
  if (!DURATION.test(duration)) return undefined;
  let milliseconds = 0;
  for (const [, count, unit] of duration.matchAll(PIECE)) milliseconds += Number(count) * (UNITS[unit ?? ""] ?? 0);
  return milliseconds;
}

/** One number and one unit, as nearly all durations are. */
const SINGLE = /^([0-9]{1,5})(ms|h|m|s)$/;
const DURATION = /^(?:[0-9]{1,5}(?:h|m|s|ms)){1,4}$/;
const PIECE = /([0-9]+)(ms|h|m|s)/g;

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
