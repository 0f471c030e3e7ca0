/** Seconds of a window such as `5m`; undefined for anything else. */
export function secondsOfWindow(window: string): number | undefined {
  const [, count, unit] = WINDOW.exec(window) ?? [];
  return count === undefined ? undefined : Number(count) * (SECONDS[unit ?? ""] ?? 0);
}

const WINDOW = /^([1-9][0-9]{0,3})([smhd])$/;
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * What a count in a window comes to in a minute, on average, as whole numbers
 * around it: both are the average where that is whole. A count is at most 10^12,
 * so all intermediate values are exact (below 2^53), and so is every comparison of
 * the upper one with a maximum and the lower one with a minimum.
 */
export function averagePerMinute(count: number, seconds: number): { readonly floor: number; readonly ceil: number } {
  const remainder = (count * 60) % seconds;
  const floor = (count * 60 - remainder) / seconds;
  return { floor, ceil: remainder === 0 ? floor : floor + 1 };
}

/** The most that a window has room for where so much is allowed in a minute. Of any size, so not a number. */
export function mostInWindow(perMinute: number, seconds: number): bigint {
  return (BigInt(perMinute) * BigInt(seconds)) / 60n;
}

/** The least that a window must have room for where so much is asked for in a minute. */
export function leastInWindow(perMinute: number, seconds: number): bigint {
  return (BigInt(perMinute) * BigInt(seconds) + 59n) / 60n;
}
