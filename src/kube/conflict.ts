import { type Clock, SYSTEM_CLOCK, sleep } from "./clock.ts";
import { isConflict } from "./kubernetes-error.ts";

export interface ConflictOptions {
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: () => number;
}

/**
 * Tries a read-change-write again while somebody else is faster: client-go's
 * RetryOnConflict with DefaultRetry. The attempt must read anew each time, as
 * the object in its hands is what conflicted. Other errors, and the fifth
 * conflict, are thrown as they are.
 */
export async function retryOnConflict<T>(attempt: () => Promise<T>, options: ConflictOptions = {}): Promise<T> {
  const { signal = NEVER, clock = SYSTEM_CLOCK, random = Math.random } = options;
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isConflict(error) || tries === MOST_TRIES) throw error;
    }
    await sleep(clock, PAUSE_MILLISECONDS * (1 + random() * JITTER), signal);
  }
}

const MOST_TRIES = 5;

const PAUSE_MILLISECONDS = 10;

const JITTER = 0.1;

const NEVER = new AbortController().signal;
