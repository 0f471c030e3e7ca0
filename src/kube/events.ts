import type { Logger } from "#observability/logger.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import type { EventMetrics } from "./event-metrics.ts";
import { type EventDetails, type EventObject, type EventSource, eventOf, subjectKeyOf } from "./event-object.ts";
import { EventSeriesCache } from "./event-series.ts";
import { EventSpamFilter } from "./event-spam-filter.ts";
import { type EventClient, writeEvent } from "./event-writer.ts";
import { Fifo } from "./fifo.ts";
import type { Resource } from "./resource.ts";

export interface EventRecorderOptions {
  readonly client: EventClient;
  readonly source: EventSource;
  readonly logger: Logger;
  readonly metrics?: EventMetrics;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/**
 * Tells people about objects, in `kubectl describe` and `kubectl events`: the
 * recorder and broadcaster of client-go's tools/events. Recording costs its caller
 * nothing and never throws; events are written in the background while `run`
 * goes on, and are the first to be dropped.
 *
 * Otherwise on purpose:
 * - one writer keeps events in order; client-go starts a goroutine for each;
 * - repetitions that are only counted cost nothing of an object's allowance,
 *   which tools/events does not have at all;
 * - a repetition is one also after its object changed, since only the identity
 *   of the object counts, not its resource version.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #clock: Clock;
  readonly #series: EventSeriesCache;
  readonly #spam: EventSpamFilter;
  readonly #queue = new Fifo<EventObject>();
  #wake: (() => void) | undefined;
  #nextSweep = 0;
  #isStopped = false;

  constructor(options: EventRecorderOptions) {
    const { clock = SYSTEM_CLOCK } = options;
    this.#options = options;
    this.#clock = clock;
    this.#series = new EventSeriesCache(clock);
    this.#spam = new EventSpamFilter(clock);
  }

  /** The object needs apiVersion, kind and name; one without a namespace has its events in `default`. */
  record(regarding: Resource, details: EventDetails): void {
    try {
      this.#record(eventOf(this.#options.source, regarding, details, this.#clock.date()));
    } catch (error) {
      this.#options.logger.error({ err: error, reason: details.reason }, "cannot record an event");
    }
  }

  /** Writes what was and will be recorded, until the signal aborts. Once. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = () => this.#stop();
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    while (!signal.aborted) {
      this.#sweep();
      const event = this.#queue.shift();
      if (event) await this.#write(event, signal);
      else await this.#pause();
    }
  }

  #record(event: EventObject): void {
    const { metrics } = this.#options;
    const repeated = this.#series.repeat(event);
    if (repeated?.write) {
      this.#enqueue(repeated.write);
    } else if (repeated) {
      metrics?.count("counted");
    } else if (this.#spam.allows(subjectKeyOf(event))) {
      this.#series.begin(event);
      this.#enqueue(event);
    } else {
      metrics?.count("spam");
    }
  }

  #enqueue(event: EventObject): void {
    if (this.#isStopped || this.#queue.length >= MOST_QUEUED) {
      this.#options.metrics?.count("dropped");
      return;
    }
    this.#queue.push(event);
    this.#wake?.();
  }

  async #write(event: EventObject, signal: AbortSignal): Promise<void> {
    const { client, logger, metrics, random = Math.random } = this.#options;
    try {
      const isWritten = await writeEvent(event, { client, clock: this.#clock, logger, random }, signal);
      metrics?.count(isWritten ? "written" : "failed");
    } catch {
      metrics?.count("dropped"); // stopped
    }
  }

  #sweep(): void {
    const now = this.#clock.now();
    if (now < this.#nextSweep) return;
    this.#nextSweep = now + SWEEP_MILLISECONDS;
    for (const event of this.#series.due()) this.#enqueue(event);
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    using _timer = this.#clock.after(Math.max(0, this.#nextSweep - this.#clock.now()), resolve);
    await promise;
    this.#wake = undefined;
  }

  #stop(): void {
    this.#isStopped = true;
    while (this.#queue.shift()) this.#options.metrics?.count("dropped");
    this.#wake?.();
  }
}

/** client-go's maxQueuedEvents: about a megabyte. */
const MOST_QUEUED = 1000;

/** How late the count of a series may be. */
const SWEEP_MILLISECONDS = 60_000;
