import type { Logger } from "#observability/logger.ts";
import type { Change, ChangeHandler } from "./change.ts";
import type { Clock } from "./clock.ts";
import { type Batch, HandlerQueue } from "./handler-queue.ts";
import type { InformerMetrics } from "./informer-metrics.ts";
import { keyOf, type Resource } from "./resource.ts";
import { type SyncSource, settledWithin } from "./sync.ts";

export interface HandlerOptions {
  /** For logs and metrics. */
  readonly name?: string;
  /** How often to be shown every object of the store again; never when left out. */
  readonly resyncMilliseconds?: number;
}

/** A handler that was added. Its `hasSynced` says that it was told of all that there was. */
export interface HandlerRegistration extends SyncSource {
  /** No call begins after this, and what waits is dropped; resolves when a running call has ended. Again is no fault. */
  remove(): Promise<void>;
}

export interface HandlerSetOptions<R extends Resource> {
  readonly informer: string;
  /** What the informer holds now, and whether that is all that there is. */
  readonly view: { readonly objects: readonly R[]; readonly hasSynced: boolean };
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: InformerMetrics;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** The handlers of one informer. */
export class HandlerSet<R extends Resource> {
  readonly #options: HandlerSetOptions<R>;
  readonly #queues = new Set<HandlerQueue<R>>();
  readonly #resyncs = new Map<HandlerQueue<R>, Disposable>();
  #added = 0;

  constructor(options: HandlerSetOptions<R>) {
    this.#options = options;
  }

  /** Adds a handler that is first told of what there is; what comes after is pushed, so it misses and doubles nothing. */
  add(handler: ChangeHandler<R>, { name, resyncMilliseconds }: HandlerOptions): HandlerRegistration {
    this.#added += 1;
    const { informer, view, clock, logger, metrics } = this.#options;
    const known = name ?? `handler-${this.#added}`;
    const queue = new HandlerQueue({ name: known, handler, clock, logger, metrics: metrics.handler(informer, known) });
    this.#queues.add(queue);
    const { objects, hasSynced } = view;
    if (objects.length > 0 || hasSynced) queue.push(initialList(objects, hasSynced));
    if (resyncMilliseconds !== undefined) this.#resyncRepeatedly(queue, resyncMilliseconds);
    return registration(`${informer}/${known}`, queue, () => this.#remove(queue));
  }

  push(batch: Batch<R>): void {
    for (const queue of this.#queues) queue.push(batch);
  }

  /** Lets all handlers finish what waits, and names those that did not within the time. */
  async close(milliseconds: number): Promise<readonly string[]> {
    for (const timer of this.#resyncs.values()) timer[Symbol.dispose]();
    const closing = Array.from(this.#queues, (queue) => queue.close());
    if (await settledWithin(closing, this.#options.clock, milliseconds)) return [];
    const hanging = Array.from(this.#queues).filter(({ isIdle }) => !isIdle);
    for (const queue of hanging) void queue.discard();
    return hanging.map(({ name }) => name);
  }

  /** One after the other: a handler that has not got through the last resync is not given another. */
  #resyncRepeatedly(queue: HandlerQueue<R>, milliseconds: number): void {
    const { view, clock, random } = this.#options;
    let isTold = true;
    const told = () => {
      isTold = true;
    };
    const wait = () => {
      const period = Math.max(SHORTEST_RESYNC_MILLISECONDS, milliseconds) * (0.9 + 0.2 * random());
      this.#resyncs.set(queue, clock.after(period, tick));
    };
    const tick = () => {
      if (isTold && view.hasSynced) {
        isTold = false;
        queue.push(resync(view.objects, told));
      }
      wait();
    };
    wait();
  }

  #remove(queue: HandlerQueue<R>): Promise<void> {
    this.#queues.delete(queue);
    this.#resyncs.get(queue)?.[Symbol.dispose]();
    this.#resyncs.delete(queue);
    return queue.discard();
  }
}

/** As in client-go, so that a slip of a unit does not keep the process busy. */
const SHORTEST_RESYNC_MILLISECONDS = 1000;

function registration(
  name: string,
  queue: Omit<SyncSource, "name">,
  remove: HandlerRegistration["remove"],
): HandlerRegistration {
  return {
    name,
    get hasSynced() {
      return queue.hasSynced;
    },
    synced: queue.synced,
    remove,
  };
}

/** The objects are those of now; their changes are made one by one, as the handler gets to them. */
function initialList<R extends Resource>(objects: readonly R[], isComplete: boolean): Batch<R> {
  return { size: objects.length, changes: additions(objects), endsInitialList: isComplete };
}

function* additions<R extends Resource>(objects: readonly R[]): Generator<Change<R>> {
  for (const object of objects) yield { type: "added", key: keyOf(object), object, isInInitialList: true };
}

function resync<R extends Resource>(objects: readonly R[], told: () => void): Batch<R> {
  return { size: objects.length, changes: repetitions(objects, told), endsInitialList: false };
}

function* repetitions<R extends Resource>(objects: readonly R[], told: () => void): Generator<Change<R>> {
  for (const object of objects)
    yield { type: "updated", key: keyOf(object), old: object, object, isRecreated: false, isResync: true };
  told();
}
