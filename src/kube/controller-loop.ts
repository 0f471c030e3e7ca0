import { randomUUID } from "node:crypto";
import { Registry } from "prom-client";
import type { Tally } from "#observability/counter-family.ts";
import type { Logger } from "#observability/logger.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { type Reconcile, ReconcileAttempt } from "./reconcile-attempt.ts";
import { type ControllerMetrics, ReconcileMetrics } from "./reconcile-metrics.ts";
import type { Failed, ReconcileResult } from "./reconcile-result.ts";
import { type SyncSource, waitForSync } from "./sync.ts";
import type { WorkItem, WorkQueue } from "./work-queue.ts";

export interface ControllerLoopOptions {
  /** For logs and metrics. */
  readonly name: string;
  readonly reconcile: Reconcile;
  /** Fed by handlers of the sources. The loop shuts it down when it ends. */
  readonly queue: WorkQueue;
  /** Nothing is reconciled before all of them have synced. */
  readonly sources: readonly SyncSource[];
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly metrics?: ReconcileMetrics;
  /** How many keys at once; one when left out. */
  readonly concurrency?: number;
  readonly deadlineMilliseconds?: number;
  readonly syncTimeoutMilliseconds?: number;
}

/** The sources of a controller did not sync in time. */
export class SyncTimeoutError extends Error {
  override readonly name = "SyncTimeoutError";
}

/** Workers over a queue: controller-runtime's controller. It lives once; after a lost and regained lease, make another. */
export class ControllerLoop {
  readonly #options: ControllerLoopOptions;
  readonly #clock: Clock;
  readonly #metrics: ControllerMetrics;
  #hasStarted = false;

  constructor(options: ControllerLoopOptions) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#metrics = (options.metrics ?? new ReconcileMetrics(new Registry())).controller(options.name);
  }

  /**
   * Runs until the signal aborts, and resolves when the running reconciles have
   * ended. Rejects with SyncTimeoutError when the sources do not sync in time.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { name, queue, concurrency = 1 } = this.#options;
    if (this.#hasStarted) throw new Error(`controller ${name} was started before`);
    this.#hasStarted = true;
    const stop = () => queue.shutDown();
    signal.addEventListener("abort", stop, { once: true });
    try {
      if (!(await this.#sourcesHaveSynced(signal))) return;
      this.#metrics.maxConcurrent.value = concurrency;
      await Promise.all(Array.from({ length: concurrency }, () => this.#work(signal)));
    } finally {
      signal.removeEventListener("abort", stop);
      stop();
    }
  }

  async #sourcesHaveSynced(signal: AbortSignal): Promise<boolean> {
    const { name, sources, syncTimeoutMilliseconds = SYNC_TIMEOUT_MILLISECONDS } = this.#options;
    const limits = { signal, clock: this.#clock, timeoutMilliseconds: syncTimeoutMilliseconds };
    const outcome = await waitForSync(sources, limits);
    if (outcome.type !== "timed-out") return outcome.type === "synced";
    const seconds = syncTimeoutMilliseconds / 1000;
    throw new SyncTimeoutError(`controller ${name}: not synced within ${seconds} s: ${outcome.missing.join(", ")}`);
  }

  /** One key after the other until the queue is shut down. */
  async #work(signal: AbortSignal): Promise<void> {
    const { queue } = this.#options;
    for (let item = await queue.get(); item && !signal.aborted; item = await queue.get()) {
      this.#metrics.activeWorkers.value += 1;
      await this.#process(item, signal);
      this.#metrics.activeWorkers.value -= 1;
      queue.done(item.key);
    }
  }

  async #process(item: WorkItem, signal: AbortSignal): Promise<void> {
    const { reconcile, logger, name, deadlineMilliseconds = DEADLINE_MILLISECONDS } = this.#options;
    const reconcileId = randomUUID();
    const startedAt = this.#clock.now();
    const attempt = new ReconcileAttempt({
      clock: this.#clock,
      stopSignal: signal,
      deadlineMilliseconds,
      logger: logger.child({ controller: name, key: item.key, reconcileId }),
      reconcileId,
    });
    const result = await attempt.run(reconcile, item.key);
    this.#metrics.duration.observe((this.#clock.now() - startedAt) / 1000);
    if (attempt.hasTimedOut) this.#metrics.timeouts.value += 1;
    this.#react(item, result, attempt.logger);
  }

  #react({ key, priority }: WorkItem, result: ReconcileResult | Failed, logger: Logger): void {
    const { queue } = this.#options;
    switch (result.type) {
      case "done":
        this.#metrics.reconciles.success.value += 1;
        queue.forget(key);
        break;
      case "retry":
        this.#metrics.reconciles.requeue.value += 1;
        queue.addRateLimited(key, { priority: result.priority ?? priority });
        break;
      case "retry-after":
        this.#metrics.reconciles.requeue_after.value += 1;
        queue.forget(key);
        queue.add(key, { priority: result.priority ?? priority, delayMilliseconds: result.milliseconds });
        break;
      case "terminal":
        this.#failed(this.#metrics.terminalErrors);
        queue.forget(key); // controller-runtime keeps the count for ever
        logger.error({ err: result.error }, "reconcile failed; trying again is of no use");
        break;
      case "failed":
        this.#failed(result.isFault ? this.#metrics.panics : undefined);
        queue.addRateLimited(key, { priority, delayMilliseconds: result.atLeastMilliseconds });
        logger.error({ err: result.error, retries: queue.retries(key) }, "reconcile failed; trying again");
        break;
    }
  }

  #failed(alsoCounted: Tally | undefined): void {
    this.#metrics.reconciles.error.value += 1;
    this.#metrics.errors.value += 1;
    if (alsoCounted) alsoCounted.value += 1;
  }
}

/** controller-runtime's CacheSyncTimeout. */
const SYNC_TIMEOUT_MILLISECONDS = 120_000;

/** Long enough for a slow gateway; controller-runtime has no deadline unless asked. */
const DEADLINE_MILLISECONDS = 60_000;
