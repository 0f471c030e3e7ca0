import type { Logger } from "#observability/logger.ts";
import type { Change, ChangeHandler } from "./change.ts";
import type { Clock } from "./clock.ts";
import { Fifo } from "./fifo.ts";
import type { HandlerMetrics } from "./informer-metrics.ts";
import type { Resource } from "./resource.ts";
import { TimeSlice } from "./time-slice.ts";

/** Changes that belong together; handlers share them. */
export interface Batch<R extends Resource> {
  readonly size: number;
  readonly changes: Iterable<Change<R>>;
  /** With its last change, a handler has seen everything that there was. */
  readonly endsInitialList: boolean;
}

export interface HandlerQueueOptions<R extends Resource> {
  readonly name: string;
  readonly handler: ChangeHandler<R>;
  readonly metrics: HandlerMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * What one handler is still to be told: client-go's processorListener. It runs
 * by itself, so that a handler which is slow, hangs or throws delays neither
 * the store nor other handlers. After a throw client-go waits a second; we go
 * on at once, as the change after it may be the cure.
 */
export class HandlerQueue<R extends Resource> {
  readonly #options: HandlerQueueOptions<R>;
  readonly #batches = new Fifo<Batch<R>>();
  readonly #synced = Promise.withResolvers<void>();
  #running: Promise<void> = Promise.resolve();
  #isRunning = false;
  #isClosed = false;
  #isDiscarded = false;
  #hasSynced = false;

  constructor(options: HandlerQueueOptions<R>) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  /** Nothing waits, and the handler is not at work. */
  get isIdle(): boolean {
    return !this.#isRunning;
  }

  /** The handler is told later, so whoever pushes has finished with the store and with all queues. */
  push(batch: Batch<R>): void {
    if (this.#isClosed) return;
    this.#options.metrics.pending.value += batch.size;
    this.#batches.push(batch);
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#running = Promise.resolve().then(() => this.#run());
  }

  /** Takes nothing more, and resolves when all that waited has been told. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.#running;
  }

  /** As close, but what waits is dropped. */
  discard(): Promise<void> {
    this.#isDiscarded = true;
    return this.close();
  }

  async #run(): Promise<void> {
    const slice = new TimeSlice(this.#options.clock);
    for (let batch = this.#batches.shift(); batch; batch = this.#batches.shift()) await this.#tellAll(batch, slice);
    this.#isRunning = false;
  }

  async #tellAll(batch: Batch<R>, slice: TimeSlice): Promise<void> {
    let waiting = batch.size;
    const { pending } = this.#options.metrics;
    for (const change of batch.changes) {
      if (this.#isDiscarded) break;
      waiting -= 1;
      pending.value -= 1;
      const told = this.#tell(change);
      if (told) await told;
      if (slice.isOver) await slice.rest();
    }
    pending.value -= waiting;
    if (batch.endsInitialList && !this.#isDiscarded) this.#sync();
  }

  /** A promise only where the handler gave one: 50,000 changes need not wait for 50,000 turns. */
  #tell(change: Change<R>): Promise<void> | undefined {
    try {
      const told = this.#options.handler(change);
      return told instanceof Promise ? told.catch((error: unknown) => this.#failed(change, error)) : undefined;
    } catch (error) {
      this.#failed(change, error);
      return undefined;
    }
  }

  #failed({ key, type }: Change<R>, error: unknown): void {
    const { name, metrics, logger } = this.#options;
    metrics.failures.value += 1;
    logger.error({ handler: name, key, change: type, err: error }, "handler threw; going on");
  }

  #sync(): void {
    this.#hasSynced = true;
    this.#synced.resolve();
  }
}
