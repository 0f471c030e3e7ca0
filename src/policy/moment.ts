/**
 * Milliseconds since the epoch of an RFC 3339 timestamp. One that cannot be read
 * counts as long past: what it limits has ended, since nobody knows for how long
 * it was meant.
 */
export function moment(timestamp: string): number {
  const known = parsed.get(timestamp);
  if (known !== undefined) return known;
  if (parsed.size >= MAX_PARSED) parsed.clear();
  const milliseconds = Date.parse(timestamp);
  const result = Number.isNaN(milliseconds) ? Number.NEGATIVE_INFINITY : milliseconds;
  parsed.set(timestamp, result);
  return result;
}

/** The same few timestamps are read in every review, and parsing one costs more than the rest of a condition. */
const parsed = new Map<string, number>();
const MAX_PARSED = 4096;

/** Whether a moment has come. A moment that nobody set never comes. */
export function hasCome(timestamp: string | undefined, now: number): boolean {
  return timestamp !== undefined && moment(timestamp) <= now;
}
