/**
 * Milliseconds since the epoch of an RFC 3339 timestamp. One that cannot be read
 * counts as long past: what it limits has ended, since nobody knows for how long
 * it was meant.
 */
export function moment(timestamp: string): number {
  const milliseconds = Date.parse(timestamp);
  return Number.isNaN(milliseconds) ? Number.NEGATIVE_INFINITY : milliseconds;
}

/** Whether a moment has come. A moment that nobody set never comes. */
export function hasCome(timestamp: string | undefined, now: number): boolean {
  return timestamp !== undefined && moment(timestamp) <= now;
}
