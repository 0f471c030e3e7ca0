import { UsageError } from "./usage-error.ts";

/** The value of `--timeout`; throws UsageError where it is no time to wait. */
export function secondsOf(command: string, text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= MOST_SECONDS) return seconds;
  throw new UsageError(
    `${command}: option '--timeout' must be a number of seconds above 0, at most ${MOST_SECONDS}, not '${text}'`,
  );
}

/** An hour. */
const MOST_SECONDS = 3600;
