import type { Clock } from "./clock.ts";

/**
 * How long work may hold the event loop before others have their turn. A review
 * that arrives meanwhile waits for one slice of each who works: well below the
 * 50 ms that we allow ourselves.
 */
const SLICE_MILLISECONDS = 2;

/** So that whoever keeps the event loop busy slows the work down, and cannot stop it. */
const MOST_TURNS = 8;

/** Cuts long work into slices: ask `isOver` after each step, and `rest` when it is; or have it `run` work that comes in steps. */
export class TimeSlice {
  readonly #clock: Clock;
  #end: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#end = clock.now() + SLICE_MILLISECONDS;
  }

  get isOver(): boolean {
    return this.#clock.now() >= this.#end;
  }

  /** What comes of work that yields after each step. */
  async run<T>(work: Generator<undefined, T>): Promise<T> {
    for (;;) {
      const step = work.next();
      if (step.done === true) return step.value;
      if (this.isOver) await this.rest();
    }
  }

  /** Resolves after a turn of the event loop in which input and timers came first, and had little to do. */
  async rest(): Promise<void> {
    let start = this.#clock.now();
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      await new Promise<void>((resolve) => void setImmediate(resolve));
      const now = this.#clock.now();
      if (now - start <= SLICE_MILLISECONDS) break;
      start = now;
    }
    this.#end = this.#clock.now() + SLICE_MILLISECONDS;
  }
}
