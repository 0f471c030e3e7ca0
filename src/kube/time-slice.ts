import type { Clock } from "./clock.ts";
import { Fifo } from "./fifo.ts";

/**
 * How long work may hold the event loop in one of its turns, all of it together. A
 * review that arrives meanwhile waits for one slice: well below the 50 ms that we
 * allow ourselves.
 */
const SLICE_MILLISECONDS = 2;

/** So that whoever keeps the event loop busy slows the work down, and cannot stop it. */
const MOST_TURNS = 4;

/** Cuts long work into slices: ask `isOver` between steps, and `rest` when it is; or have it `run` work that comes in steps. */
export class TimeSlice {
  readonly #turns: Turns;

  constructor(clock: Clock) {
    this.#turns = turnsOf(clock);
    this.#turns.begin();
  }

  /** Whether work has had its time in this turn of the event loop, whoever did it. */
  get isOver(): boolean {
    return this.#turns.isOver;
  }

  /** What comes of work that yields after each step. */
  async run<T>(work: Generator<undefined, T>): Promise<T> {
    for (;;) {
      const step = work.next();
      if (step.done === true) return step.value;
      if (this.isOver) await this.rest();
    }
  }

  /** Resolves after a turn of the event loop in which input and timers came first, and had little to do; after those who rested before. */
  rest(): Promise<void> {
    return this.#turns.next();
  }
}

/** All slices by one clock are of one event loop. */
const TURNS = new WeakMap<Clock, Turns>();

function turnsOf(clock: Clock): Turns {
  const known = TURNS.get(clock);
  if (known) return known;
  const turns = new Turns(clock);
  TURNS.set(clock, turns);
  return turns;
}

/** Turns of the event loop, of which each who rests gets one: many at work must not add up. */
class Turns {
  readonly #clock: Clock;
  readonly #resting = new Fifo<() => void>();
  /** Until when there may be work in this turn; undefined before there was any. */
  #end: number | undefined;
  /** Since when all that happened is others' doing, as far as we know. */
  #othersSince = 0;
  #busyTurns = 0;
  #isFollowed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Work begins. Where there was some in this turn already, it goes on. */
  begin(): number {
    this.#end ??= this.#clock.now() + SLICE_MILLISECONDS;
    this.#follow();
    return this.#end;
  }

  get isOver(): boolean {
    return this.begin() <= this.#clock.now();
  }

  next(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#resting.push(resolve);
    this.#othersSince = this.#clock.now();
    this.#follow();
    return promise;
  }

  #follow(): void {
    if (this.#isFollowed) return;
    this.#isFollowed = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#isFollowed = false;
    this.#end = undefined;
    if (this.#resting.length === 0) return;
    const now = this.#clock.now();
    const wasBusy = now - this.#othersSince > SLICE_MILLISECONDS;
    this.#othersSince = now;
    this.#busyTurns = wasBusy ? this.#busyTurns + 1 : 0;
    if (this.#busyTurns === 0 || this.#busyTurns >= MOST_TURNS) {
      this.#busyTurns = 0;
      this.#resting.shift()?.();
      this.begin();
    }
    this.#follow();
  }
}
