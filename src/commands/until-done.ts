import { type Clock, sleep } from "#kube/clock.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { withinTime } from "#kube/time-limit.ts";
import { faultText } from "./watch/fault-text.ts";

/** How one attempt went: what came of it, or what still stands in the way, in words. */
export type Attempt<T> = { readonly done: T } | { readonly notYet: string };

export interface Patience {
  readonly clock: Clock;
  readonly milliseconds: number;
  readonly signal: AbortSignal;
  /** Told each obstacle when it is met, once while it stays the same. */
  readonly say: (obstacle: string) => void;
  /** What to throw when time is up, of the last obstacle. */
  readonly giveUp: (obstacle: string) => Error;
}

/** Attempts something each second until it is done. What the API server refuses in a way that may pass is an obstacle, too. */
export function untilDone<T>(attempt: (signal: AbortSignal) => Promise<Attempt<T>>, patience: Patience): Promise<T> {
  const { clock, milliseconds, signal, say, giveUp } = patience;
  let obstacle = "the API server has not answered";
  const limit = { clock, milliseconds, signal, error: () => giveUp(obstacle) };
  return withinTime(limit, async (signal) => {
    for (;;) {
      const outcome = await tried(attempt, signal);
      if ("done" in outcome) return outcome.done;
      if (outcome.notYet !== obstacle) say(outcome.notYet);
      obstacle = outcome.notYet;
      await sleep(clock, PAUSE_MILLISECONDS, signal);
    }
  });
}

const PAUSE_MILLISECONDS = 1000;

async function tried<T>(
  attempt: (signal: AbortSignal) => Promise<Attempt<T>>,
  signal: AbortSignal,
): Promise<Attempt<T>> {
  try {
    return await attempt(signal);
  } catch (error) {
    const mayPass = error instanceof KubernetesError && error.reaction !== "terminal";
    if (!mayPass) throw error;
    return { notYet: faultText(error) };
  }
}
