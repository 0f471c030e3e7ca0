import { BoundedMap } from "./bounded-map.ts";
import type { Clock } from "./clock.ts";
import { type EventObject, seriesKeyOf } from "./event-object.ts";
import { microTime } from "./micro-time.ts";

interface Entry {
  event: EventObject;
  /** Monotonic. */
  lastSeenAt: number;
  lastWrittenAt: number;
  writtenCount: number;
}

/**
 * Which events have happened before: client-go's eventCache. The second of a
 * kind makes it a series, which is written; the ones after that are only
 * counted, and the count written when the series is over or has gone on for
 * half an hour.
 */
export class EventSeriesCache {
  readonly #clock: Clock;
  readonly #entries = new BoundedMap<Entry>(MOST_SERIES);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The event to write if this one is known; undefined if it is only counted. */
  repeat(event: EventObject): { readonly write: EventObject | undefined } | undefined {
    const entry = this.#entries.get(seriesKeyOf(event));
    if (!entry) return undefined;
    const now = this.#clock.now();
    const count = (entry.event.series?.count ?? 1) + 1;
    const series = { count, lastObservedTime: microTime(this.#clock.date()) };
    entry.event = { ...entry.event, series };
    entry.lastSeenAt = now;
    if (count > 2) return { write: undefined };
    return { write: this.#written(entry) };
  }

  /** Remembers one that is new. */
  begin(event: EventObject): void {
    const now = this.#clock.now();
    this.#entries.set(seriesKeyOf(event), { event, lastSeenAt: now, lastWrittenAt: now, writtenCount: 1 });
  }

  /** What has to be written by now; and what is over is forgotten. */
  due(): readonly EventObject[] {
    const now = this.#clock.now();
    const due: EventObject[] = [];
    for (const [key, entry] of this.#entries.entries()) {
      const isOver = now - entry.lastSeenAt >= OVER_AFTER_MILLISECONDS;
      const isNews = (entry.event.series?.count ?? 1) > entry.writtenCount;
      if (isNews && (isOver || now - entry.lastWrittenAt >= REFRESH_MILLISECONDS)) due.push(this.#written(entry));
      if (isOver) this.#entries.delete(key);
    }
    return due;
  }

  #written(entry: Entry): EventObject {
    entry.lastWrittenAt = this.#clock.now();
    entry.writtenCount = entry.event.series?.count ?? 1;
    return entry.event;
  }
}

/** client-go's finishTime. */
const OVER_AFTER_MILLISECONDS = 6 * 60_000;

/** client-go's refreshTime; the API server forgets events after an hour. */
const REFRESH_MILLISECONDS = 30 * 60_000;

/** client-go's cache of legacy events; its cache of these has no bound. */
const MOST_SERIES = 4096;
