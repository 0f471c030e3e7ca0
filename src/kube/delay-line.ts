import type { Clock } from "./clock.ts";
import { Heap, type HeapItem } from "./heap.ts";

/** What can wait in a delay line. */
export interface Delayed extends HeapItem {
  /** By the clock's `now`. */
  readyAt: number;
}

/** What waits for its time, with one timer for whatever is due first. */
export class DelayLine<T extends Delayed> {
  readonly #clock: Clock;
  readonly #onDue: (items: readonly T[]) => void;
  readonly #waiting = new Heap<T>((a, b) => a.readyAt < b.readyAt);
  #timer: { readonly due: number; readonly handle: Disposable } | undefined;

  constructor(clock: Clock, onDue: (items: readonly T[]) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#waiting.size;
  }

  push(item: T, readyAt: number): void {
    item.readyAt = readyAt;
    this.#waiting.push(item);
    this.#setTimer();
  }

  remove(item: T): void {
    this.#waiting.remove(item);
    this.#setTimer();
  }

  /** Empties the line, and answers with what waited. */
  clear(): readonly T[] {
    const items = this.#takeUntil(Number.POSITIVE_INFINITY);
    this.#setTimer();
    return items;
  }

  #setTimer(): void {
    const due = this.#waiting.first?.readyAt;
    if (due === this.#timer?.due) return;
    this.#timer?.handle[Symbol.dispose]();
    this.#timer =
      due === undefined ? undefined : { due, handle: this.#clock.after(this.#wait(due), () => this.#ring()) };
  }

  #wait(due: number): number {
    return Math.min(Math.max(0, due - this.#clock.now()), LONGEST_TIMER_MILLISECONDS);
  }

  /** Timers may ring a little early, and always do when the wait is too long for one. */
  #ring(): void {
    this.#timer = undefined;
    const due = this.#takeUntil(this.#clock.now());
    this.#setTimer();
    if (due.length > 0) this.#onDue(due);
  }

  #takeUntil(moment: number): readonly T[] {
    const items: T[] = [];
    for (let item = this.#waiting.first; item && item.readyAt <= moment; item = this.#waiting.first) {
      this.#waiting.remove(item);
      items.push(item);
    }
    return items;
  }
}

/** Node turns anything above 2^31-1 ms (24 days) into 1 ms. */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;
