import type { Clock } from "./clock.ts";

export interface TimeLimited {
  readonly clock: Clock;
  readonly milliseconds: number;
  /** Ends the work early, with its reason. */
  readonly signal: AbortSignal;
  /** What to throw when time is up. */
  readonly error: () => Error;
}

/**
 * Runs with a signal that aborts when time is up, and settles then even if the
 * work does not listen. Unlike a request's own time-out it covers the
 * client's retries too.
 */
export async function withinTime<T>(limit: TimeLimited, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, milliseconds, signal, error } = limit;
  signal.throwIfAborted();
  const own = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown) => {
    reject(reason instanceof Error ? reason : new Error("aborted", { cause: reason }));
    own.abort(reason);
  };
  const onAbort = () => end(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  using _timer = clock.after(milliseconds, () => end(error()));
  try {
    return await Promise.race([run(own.signal), ended]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
