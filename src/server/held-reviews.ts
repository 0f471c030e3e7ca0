import type { AbsentFact } from "#api/absent-fact.ts";

/** Tells of facts that came, changed or went, after verdicts began to rest on that. */
export interface FactChanges {
  subscribe(listener: (kind: string) => void): Disposable;
}

/** A review whose verdict rests on absent facts. */
export interface HeldReview {
  readonly awaits: readonly AbsentFact[];
  /** Judges again, and answers what the verdict rests on now; nothing when it stands. */
  judge(): readonly AbsentFact[];
  /** Called once, with the last verdict as the one to be answered. */
  answer(): void;
}

/**
 * Caches lag by some milliseconds, under load by tens of them. A user whose object
 * is refused for good waits this long for the news.
 */
const HOLD_MILLISECONDS = 500;

/** A GitOps sync sends some ten objects at once, and a held one may be judged several times. */
const MAX_HELD = 256;

/** Judging again pauses after this many milliseconds, so that nobody waits behind it for longer. */
const LONGEST_TURN_MILLISECONDS = 2;

/** Judging again has every fifth millisecond at most, however many facts arrive: who is held has time. */
const PAUSE_FACTOR = 4;

/**
 * Reviews that wait for a fact to arrive: what a user has just stored is not yet in
 * our caches. One is judged again when a fact arrives that it misses, once for all
 * that arrive in a turn of the event loop, and answered when its verdict stands or
 * its time is over.
 */
export class HeldReviews implements Disposable {
  readonly #held = new Set<Held>();
  readonly #subscription: Disposable;
  #isScheduled = false;

  constructor(changes: FactChanges) {
    this.#subscription = changes.subscribe((kind) => this.#changed(kind));
  }

  /**
   * Holds a review for some milliseconds and answers how to let go of it, for when
   * nobody waits for it any more. Undefined where there is no room or no time.
   */
  hold(review: HeldReview, milliseconds: number): (() => void) | undefined {
    if (this.#held.size >= MAX_HELD || milliseconds <= 0) return undefined;
    const timer = setTimeout(() => this.#end(held), Math.min(milliseconds, HOLD_MILLISECONDS));
    const held: Held = { review, timer, awaits: review.awaits, isStale: false };
    this.#held.add(held);
    return () => this.#letGo(held);
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
    for (const held of this.#held) this.#letGo(held);
  }

  #changed(kind: string): void {
    for (const held of this.#held) {
      if (held.isStale || !held.awaits.some((absent) => absent === kind)) continue;
      held.isStale = true;
      if (!this.#isScheduled) setImmediate(() => this.#judgeStale());
      this.#isScheduled = true;
    }
  }

  /** Again after a pause, as long as there is anything to judge. */
  #judgeStale(): void {
    this.#isScheduled = false;
    const since = performance.now();
    let spent = 0;
    for (const held of this.#held) {
      if (!held.isStale) continue;
      this.#judge(held);
      spent = performance.now() - since;
      if (spent >= LONGEST_TURN_MILLISECONDS) break;
    }
    if (spent === 0) return;
    this.#isScheduled = true;
    setTimeout(() => this.#judgeStale(), spent * PAUSE_FACTOR);
  }

  #judge(held: Held): void {
    held.isStale = false;
    held.awaits = held.review.judge();
    if (held.awaits.length === 0) this.#answer(held);
  }

  /** Time is over: what arrived last still counts. */
  #end(held: Held): void {
    if (held.isStale) this.#judge(held);
    if (this.#held.has(held)) this.#answer(held);
  }

  #answer(held: Held): void {
    this.#letGo(held);
    held.review.answer();
  }

  #letGo(held: Held): void {
    clearTimeout(held.timer);
    this.#held.delete(held);
  }
}

interface Held {
  readonly review: HeldReview;
  readonly timer: NodeJS.Timeout;
  awaits: readonly AbsentFact[];
  /** Whether something has arrived since it was judged last. */
  isStale: boolean;
}
