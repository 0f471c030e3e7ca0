/** Time as the machinery sees it, so that tests hold it in their hands (test/support/manual-clock.ts). */
export interface Clock {
  /** Monotonic milliseconds since some moment: for durations and deadlines, untouched by a stepped wall clock. */
  now(): number;
  /** The wall clock: for what is written into objects and logs, never to measure a duration. */
  date(): Date;
  /** Runs once when the milliseconds are over; disposing before that means never. */
  after(milliseconds: number, run: () => void): Disposable;
}

/** The time of this machine. Its timers hold the process: whoever starts one also ends it. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  after(milliseconds, run) {
    const timer = setTimeout(run, Math.min(milliseconds, LONGEST_TIMER_MILLISECONDS));
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};

/** Waits; an abort ends the wait at once and throws the signal's reason. */
export function sleep(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (signal.aborted) {
    reject(reasonOf(signal));
    return promise;
  }
  const timer = clock.after(milliseconds, () => {
    signal.removeEventListener("abort", stop);
    resolve();
  });
  const stop = () => {
    timer[Symbol.dispose]();
    reject(reasonOf(signal));
  };
  signal.addEventListener("abort", stop, { once: true });
  return promise;
}

/** Node turns anything above 2^31-1 ms (24 days) into 1 ms. */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error("aborted", { cause: signal.reason });
}
