import { setTimeout as pause } from "node:timers/promises";

export interface PollOptions {
  /** Milliseconds after which it gives up; 30 s is far beyond what a local control plane takes. */
  readonly within?: number;
  /** Ends the wait early, as a failure with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Asks until the probe answers something other than undefined or false, and
 * answers that. A probe that throws counts as "not yet"; its last error is the
 * cause when time runs out.
 */
export async function poll<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  { within = 30_000, signal }: PollOptions = {},
): Promise<T> {
  const end = performance.now() + within;
  let lastError: unknown;
  do {
    signal?.throwIfAborted();
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    await pause(intervalMilliseconds);
  } while (performance.now() < end);
  throw new Error(`${what}: not within ${within / 1000} s`, { cause: lastError });
}

/** Often enough to be invisible in a start of seconds, seldom enough to leave two cores to the programs. */
const intervalMilliseconds = 50;
