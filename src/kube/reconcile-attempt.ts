import type { Logger } from "#observability/logger.ts";
import type { Clock } from "./clock.ts";
import { type Failed, type ReconcileResult, reactionTo } from "./reconcile-result.ts";

/** Brings the world to what an object says. Reads the present state itself: the key is all that it is given. */
export type Reconcile = (key: string, context: ReconcileContext) => Promise<ReconcileResult>;

export interface ReconcileContext {
  /** Aborts at the deadline, and when the controller stops. */
  readonly signal: AbortSignal;
  /** Carries the controller, the key and the id. */
  readonly logger: Logger;
  /** Of this one call. */
  readonly reconcileId: string;
  /** By the clock's `now`. */
  readonly deadline: number;
}

/** Why the signal of a reconcile aborts when its time is over. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

export interface ReconcileAttemptOptions {
  readonly clock: Clock;
  readonly stopSignal: AbortSignal;
  readonly deadlineMilliseconds: number;
  readonly logger: Logger;
  readonly reconcileId: string;
}

/**
 * One call of a reconcile, with its deadline. At the deadline its signal aborts,
 * and that is all: a reconcile that does not heed it keeps its key and its
 * worker, since two must never work on one key.
 */
export class ReconcileAttempt {
  readonly #options: ReconcileAttemptOptions;
  readonly #abort = new AbortController();
  #hasTimedOut = false;

  constructor(options: ReconcileAttemptOptions) {
    this.#options = options;
  }

  /** The deadline came before the end. */
  get hasTimedOut(): boolean {
    return this.#hasTimedOut;
  }

  get logger(): Logger {
    return this.#options.logger;
  }

  /** Whatever is thrown becomes a result. */
  async run(reconcile: Reconcile, key: string): Promise<ReconcileResult | Failed> {
    const { clock, stopSignal, deadlineMilliseconds, logger, reconcileId } = this.#options;
    const stop = () => this.#abort.abort(stopSignal.reason);
    stopSignal.addEventListener("abort", stop, { once: true });
    const deadline = clock.now() + deadlineMilliseconds;
    using _timer = clock.after(deadlineMilliseconds, () => this.#timeOut());
    try {
      return await reconcile(key, { signal: this.#abort.signal, logger, reconcileId, deadline });
    } catch (error) {
      return reactionTo(error);
    } finally {
      stopSignal.removeEventListener("abort", stop);
    }
  }

  #timeOut(): void {
    this.#hasTimedOut = true;
    this.#abort.abort(new DeadlineError(`not done within ${this.#options.deadlineMilliseconds / 1000} s`));
  }
}
