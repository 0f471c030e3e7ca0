import { moment } from "#policy/moment.ts";

/** Time that is left, in words, and the instant at which those are another. */
export interface TimeLeft {
  /** `90d`; under two days `47h`. Whole ones, so that the last hour is `0h`. */
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly nextChange: number;
}

/** Undefined where no instant is set, and where it has come. */
export function expiresIn(expiresAt: string | undefined, now: number): TimeLeft | undefined {
  if (expiresAt === undefined) return undefined;
  const left = moment(expiresAt) - now;
  if (left <= 0) return undefined;
  const [unit, letter] = left >= 2 * DAY ? [DAY, "d"] : [HOUR, "h"];
  // Of a whole number of units that many are left until it is one millisecond less; the last is over at the instant.
  const untilChange = left < HOUR ? left : (left % unit) + 1;
  return { text: `${Math.floor(left / unit)}${letter}`, nextChange: now + untilChange };
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
