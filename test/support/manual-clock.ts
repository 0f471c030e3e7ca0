import type { Clock } from "#kube/clock.ts";

interface Timer {
  readonly milliseconds: number;
  readonly due: number;
  readonly run: () => void;
}

interface Watcher {
  readonly matches: (milliseconds: number) => boolean;
  readonly found: (milliseconds: number) => void;
}

/** Time that moves only when a test says so. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Set<Timer>();
  readonly #watchers = new Set<Watcher>();
  readonly #start: number;

  constructor(start = "2026-01-01T00:00:00Z") {
    this.#start = Date.parse(start);
  }

  now(): number {
    return this.#now;
  }

  date(): Date {
    return new Date(this.#start + this.#now);
  }

  after(milliseconds: number, run: () => void): Disposable {
    const timer = { milliseconds, due: this.#now + milliseconds, run };
    this.#timers.add(timer);
    for (const watcher of this.#watchers) {
      if (!watcher.matches(milliseconds)) continue;
      this.#watchers.delete(watcher);
      watcher.found(milliseconds);
    }
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) };
  }

  /** For how long the running timers were set, in the order in which they were. */
  get waiting(): readonly number[] {
    return Array.from(this.#timers, ({ milliseconds }) => milliseconds);
  }

  /** Resolves with the length of a running timer that matches, or of the first that will. */
  timer(matches: (milliseconds: number) => boolean = () => true): Promise<number> {
    const running = this.waiting.find(matches);
    if (running !== undefined) return Promise.resolve(running);
    return new Promise((found) => void this.#watchers.add({ matches, found }));
  }

  /** Lets time pass and runs what falls due, in order, each at its moment. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.due);
      next.run();
    }
    this.#now = end;
  }

  /** As advance, and lets promises settle after each moment at which something fell due. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await settled();
      const next = this.#next(end);
      if (!next) break;
      this.advance(Math.max(0, next.due - this.#now));
    }
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (timer.due <= end && (!first || timer.due < first.due)) first = timer;
    return first;
  }
}

/** A turn of the event loop, in which all settled promises have run their course. */
function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
