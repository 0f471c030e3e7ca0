import { Registry } from "prom-client";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { type Delayed, DelayLine } from "./delay-line.ts";
import { Fifo } from "./fifo.ts";
import { Heap } from "./heap.ts";
import { ExponentialBackoff, type RateLimiter } from "./rate-limiter.ts";
import { type QueueMetrics, WorkQueueMetrics } from "./work-queue-metrics.ts";

export interface WorkQueueOptions {
  /** For metrics. */
  readonly name: string;
  readonly clock?: Clock;
  readonly metrics?: WorkQueueMetrics;
  /** Of `addRateLimited`; 5 ms·2^n for each key when left out. */
  readonly rateLimiter?: RateLimiter;
}

export interface AddOptions {
  /** Higher ones first; 0 when left out. */
  readonly priority?: number;
  /** Not before this time has passed. */
  readonly delayMilliseconds?: number;
}

/** A key that was handed out, to be given back with `done`. */
export interface WorkItem {
  readonly key: string;
  readonly priority: number;
}

/**
 * Keys that need work, each once: controller-runtime's priority queue with the
 * promises of client-go's. A key is never handed out twice at a time; added
 * while it is in work, it comes again once when that is done, at the tail of
 * its priority. Added again while it waits, it keeps the higher priority and
 * the earlier time. Of a key that is done and forgotten nothing is kept.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #limiter: RateLimiter;
  readonly #metrics: QueueMetrics;
  readonly #entries = new Map<string, Entry>();
  readonly #ready = new Heap<Entry>(isServedBefore);
  readonly #delayed: DelayLine<Entry>;
  readonly #inWork = new Map<string, number>(); // since when
  readonly #getters = new Fifo<(item: WorkItem | undefined) => void>();
  readonly #drained = Promise.withResolvers<void>();
  #state: "open" | "draining" | "shut" = "open";
  #turns = 0;

  constructor(options: WorkQueueOptions) {
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#delayed = new DelayLine(this.#clock, (entries) => this.#onDue(entries));
    this.#limiter = options.rateLimiter ?? new ExponentialBackoff();
    const metrics = options.metrics ?? new WorkQueueMetrics(new Registry());
    this.#metrics = metrics.queue(options.name, () => this.#unfinishedSeconds());
  }

  /** How many keys could be handed out now, or as soon as they are out of work. */
  get size(): number {
    return this.#entries.size - this.#delayed.size;
  }

  /** Adds a key. Without effect after `drain` or `shutDown`. */
  add(key: string, { priority = 0, delayMilliseconds = 0 }: AddOptions = {}): void {
    if (this.#state !== "open") return;
    if (delayMilliseconds > 0) this.#metrics.retries.value += 1;
    const readyAt = this.#clock.now() + Math.max(0, delayMilliseconds);
    const known = this.#entries.get(key);
    if (known) this.#raise(known, priority);
    if (known && (known.state !== "delayed" || known.readyAt <= readyAt)) return;
    const entry = known ?? { key, priority, readyAt, readySince: 0, turn: 0, state: "delayed", position: -1 };
    if (known) this.#delayed.remove(known);
    this.#entries.set(key, entry);
    if (delayMilliseconds > 0) this.#delayed.push(entry, readyAt);
    else this.#makeReady(entry);
    this.#serve();
  }

  /** Adds a key that failed, after what the rate limiter says, or later when there is a delay of its own. */
  addRateLimited(key: string, { priority = 0, delayMilliseconds = 0 }: AddOptions = {}): void {
    if (this.#state !== "open") return;
    this.add(key, { priority, delayMilliseconds: Math.max(delayMilliseconds, this.#limiter.delayFor(key)) });
  }

  /** The rate limiter starts afresh with this key; whether it is queued or in work is another matter. */
  forget(key: string): void {
    this.#limiter.forget(key);
  }

  retries(key: string): number {
    return this.#limiter.retries(key);
  }

  /** The next key, when there is one; undefined when there will be none. */
  get(): Promise<WorkItem | undefined> {
    const { promise, resolve } = Promise.withResolvers<WorkItem | undefined>();
    this.#getters.push(resolve);
    this.#serve();
    return promise;
  }

  /** The work on a key has ended, well or not. */
  done(key: string): void {
    const startedAt = this.#inWork.get(key);
    if (startedAt === undefined) return;
    this.#inWork.delete(key);
    this.#metrics.worked.observe((this.#clock.now() - startedAt) / 1000);
    const entry = this.#entries.get(key);
    if (entry?.state === "held") this.#enqueue(entry);
    this.#serve();
  }

  /** Takes nothing more, and drops what is delayed; resolves when the rest was handed out and is done. */
  drain(): Promise<void> {
    if (this.#state === "open") this.#state = "draining";
    this.#dropDelayed();
    this.#serve();
    return this.#drained.promise;
  }

  /** Takes nothing more and hands nothing out; what is in work may end. Also ends the wait for `drain`. */
  shutDown(): void {
    this.#state = "shut";
    this.#dropDelayed();
    for (const { priority } of this.#entries.values()) this.#metrics.depth(priority).value -= 1;
    this.#entries.clear();
    this.#ready.clear();
    this.#serve();
  }

  #raise(entry: Entry, priority: number): void {
    if (priority <= entry.priority) return;
    if (entry.state !== "delayed") {
      this.#metrics.depth(entry.priority).value -= 1;
      this.#metrics.depth(priority).value += 1;
    }
    if (entry.state === "ready") this.#ready.remove(entry);
    entry.priority = priority;
    if (entry.state === "ready") this.#enqueue(entry);
  }

  #makeReady(entry: Entry): void {
    this.#metrics.adds.value += 1;
    this.#metrics.depth(entry.priority).value += 1;
    entry.readySince = this.#clock.now();
    if (this.#inWork.has(entry.key)) entry.state = "held";
    else this.#enqueue(entry);
  }

  #enqueue(entry: Entry): void {
    entry.state = "ready";
    this.#turns += 1;
    entry.turn = this.#turns;
    this.#ready.push(entry);
  }

  /** Hands out what can be, and sends those away who wait for nothing. */
  #serve(): void {
    while (this.#getters.length > 0 && (this.#ready.first || this.#state !== "open")) {
      this.#getters.shift()?.(this.#ready.first && this.#handOut(this.#ready.first));
    }
    const isDone = this.#ready.size === 0 && this.#inWork.size === 0;
    if (this.#state === "shut" || (this.#state === "draining" && isDone)) this.#drained.resolve();
  }

  #handOut(entry: Entry): WorkItem {
    const { key, priority, readySince } = entry;
    const now = this.#clock.now();
    this.#ready.remove(entry);
    this.#entries.delete(key);
    this.#inWork.set(key, now);
    this.#metrics.depth(priority).value -= 1;
    this.#metrics.waited.observe((now - readySince) / 1000);
    return { key, priority };
  }

  #onDue(entries: readonly Entry[]): void {
    for (const entry of entries) this.#makeReady(entry);
    this.#serve();
  }

  #dropDelayed(): void {
    for (const { key } of this.#delayed.clear()) this.#entries.delete(key);
  }

  *#unfinishedSeconds(): Generator<number> {
    const now = this.#clock.now();
    for (const startedAt of this.#inWork.values()) yield (now - startedAt) / 1000;
  }
}

interface Entry extends Delayed {
  readonly key: string;
  priority: number;
  /** Delayed until `readyAt`; ready to be handed out; or held until its key is out of work. */
  state: "delayed" | "ready" | "held";
  /** Since when it is ready or held. */
  readySince: number;
  /** Lower ones came first. */
  turn: number;
}

function isServedBefore(a: Entry, b: Entry): boolean {
  return a.priority === b.priority ? a.turn < b.turn : a.priority > b.priority;
}
