import { Registry } from "prom-client";
import type { Tally } from "#observability/counter-family.ts";
import type { Logger } from "#observability/logger.ts";
import { Backoff } from "./backoff.ts";
import type { ChangeHandler } from "./change.ts";
import { type Clock, SYSTEM_CLOCK, sleep } from "./clock.ts";
import { deepFreeze } from "./deep-freeze.ts";
import type { Batch } from "./handler-queue.ts";
import { type HandlerOptions, type HandlerRegistration, HandlerSet } from "./handler-set.ts";
import { InformerMetrics } from "./informer-metrics.ts";
import { ObjectCache } from "./object-cache.ts";
import type { Indexer } from "./object-index.ts";
import type { ReflectorSink, Resource } from "./resource.ts";
import { Store, type StoreReader } from "./store.ts";
import type { SyncSource } from "./sync.ts";
import { type Transform, withoutBulk } from "./transform.ts";

/** Puts what the API server has into a sink, and keeps it up to date until the signal aborts. */
export type Reflect<R extends Resource> = (sink: ReflectorSink<R>, signal: AbortSignal) => Promise<void>;

export interface InformerOptions<R extends Resource> {
  /** For logs, metrics and who waits for it. */
  readonly name: string;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly metrics?: InformerMetrics;
  readonly indexers?: Iterable<Indexer<R>>;
  readonly transform?: Transform<R>;
  /** Freezes every object, so that whoever changes one fails there and then; for tests. */
  readonly freeze?: boolean;
  readonly random?: () => number;
}

/**
 * Keeps a store equal to what the API server has, and tells handlers what
 * changes: client-go's sharedIndexInformer. The store and its indices change
 * first, in the order of the events. What fails, an object that cannot be taken
 * in above all, ends the reflector's cycle, and a new one lists again.
 */
export class SharedInformer<R extends Resource> implements SyncSource {
  readonly name: string;
  readonly synced: Promise<void>;
  readonly #store: Store<R>;
  readonly #cache: ObjectCache<R>;
  readonly #handlers: HandlerSet<R>;
  readonly #objectCount: Tally;
  readonly #restarts: Tally;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #random: () => number;
  readonly #firstSync = Promise.withResolvers<void>();
  #cycle = new AbortController();
  #state: "new" | "running" | "stopped" = "new";

  constructor(options: InformerOptions<R>) {
    const { name, logger, indexers, transform = withoutBulk, freeze = false, random = Math.random } = options;
    this.name = name;
    this.synced = this.#firstSync.promise;
    this.#random = random;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    const metrics = options.metrics ?? new InformerMetrics(new Registry());
    this.#objectCount = metrics.objects(name);
    this.#restarts = metrics.restarts(name);
    this.#logger = logger.child({ informer: name });
    this.#store = new Store(indexers);
    this.#cache = new ObjectCache(this.#store, {
      clock: this.#clock,
      admit: freeze ? (object) => deepFreeze(transform(object)) : transform,
      onChanges: (changes) => this.#publish(changes),
      onFault: (fault) => this.#cycle.abort(fault),
    });
    this.#handlers = new HandlerSet({
      informer: name,
      view: this.#cache,
      clock: this.#clock,
      logger: this.#logger,
      metrics,
      random,
    });
  }

  get store(): StoreReader<R> {
    return this.#store;
  }

  /** The first list is in the store, whole. An empty list counts. */
  get hasSynced(): boolean {
    return this.#cache.hasSynced;
  }

  /** The last resource version that was taken in. */
  get resourceVersion(): string | undefined {
    return this.#cache.resourceVersion;
  }

  /** When the API server was last heard of, a bookmark included, by the clock's `now`; for the age of the cache. */
  get heardAt(): number | undefined {
    return this.#cache.heardAt;
  }

  /** Also while it runs: the handler is told of what there is as `isInInitialList`, then of each later change once. */
  addHandler(handler: ChangeHandler<R>, options: HandlerOptions = {}): HandlerRegistration {
    this.#mustNotHaveStopped();
    return this.#handlers.add(handler, options);
  }

  /** Also while it runs. Throws for a name that is taken. */
  addIndexer(indexer: Indexer<R>): void {
    this.#mustNotHaveStopped();
    this.#store.addIndexer(indexer);
  }

  /** Runs until the signal aborts, and resolves when the reflector and the handlers have ended. Once only. */
  async run(reflect: Reflect<R>, signal: AbortSignal): Promise<void> {
    if (this.#state !== "new") throw new Error(`informer ${this.name} was started before`);
    this.#state = "running";
    await this.#repeat(reflect, signal);
    this.#state = "stopped";
    const hanging = await this.#handlers.close(HANDLERS_END_MILLISECONDS);
    if (hanging.length > 0) this.#logger.warn({ handlers: hanging }, "handlers did not end in time");
  }

  async #repeat(reflect: Reflect<R>, signal: AbortSignal): Promise<void> {
    const backoff = new Backoff({ ...RESTART_PAUSES, clock: this.#clock, random: this.#random });
    while (!signal.aborted) {
      const fault = await this.#runCycle(reflect, signal);
      if (signal.aborted) return;
      const milliseconds = backoff.next();
      this.#restarts.value += 1;
      this.#logger.error({ err: fault, milliseconds }, "reflector ended; starting it again");
      await sleep(this.#clock, milliseconds, signal).catch(() => undefined); // the loop sees the abort
    }
  }

  /** Why the reflector ended. */
  async #runCycle(reflect: Reflect<R>, signal: AbortSignal): Promise<unknown> {
    const cycle = new AbortController();
    this.#cycle = cycle;
    this.#cache.open();
    try {
      await reflect(this.#cache, AbortSignal.any([signal, cycle.signal]));
      return cycle.signal.reason;
    } catch (fault) {
      return cycle.signal.aborted ? cycle.signal.reason : fault;
    } finally {
      this.#cache.discard();
    }
  }

  #publish(changes: Batch<R>): void {
    this.#objectCount.value = this.#store.size;
    if (changes.endsInitialList) this.#firstSync.resolve();
    this.#handlers.push(changes);
  }

  #mustNotHaveStopped(): void {
    if (this.#state === "stopped") throw new Error(`informer ${this.name} has stopped`);
  }
}

/** Those of the reflector itself, which are client-go's. */
const RESTART_PAUSES = { firstMilliseconds: 800, longestMilliseconds: 30_000, resetMilliseconds: 120_000 };

/** Within the half minute that the kubelet gives a Pod to end. */
const HANDLERS_END_MILLISECONDS = 5000;
