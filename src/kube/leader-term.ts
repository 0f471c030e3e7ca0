import type { Clock } from "./clock.ts";

export interface LeaderTermOptions {
  readonly clock: Clock;
  /** Monotonic time just before the request that won. */
  readonly heldAt: number;
  readonly renewMilliseconds: number;
  readonly onLost: () => void;
}

/** From winning a lease until it is given up or lost. Once lost it stays lost. */
export class LeaderTerm implements Disposable {
  readonly #options: LeaderTermOptions;
  readonly #lost = new AbortController();
  #heldAt: number;
  #deadline: Disposable | undefined;

  constructor(options: LeaderTermOptions) {
    this.#options = options;
    this.#heldAt = options.heldAt;
    this.#watchDeadline();
  }

  /** Aborts when the term is lost, with the reason. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  get heldAt(): number {
    return this.#heldAt;
  }

  /**
   * Judged by time and not only by what timers have done: after a stall of the
   * event loop or a stopped process the timer may not have run yet.
   */
  isHeld(): boolean {
    const { clock, renewMilliseconds } = this.#options;
    return !this.lost.aborted && clock.now() < this.#heldAt + renewMilliseconds;
  }

  renewed(heldAt: number): void {
    if (!this.isHeld()) return; // the answer came too late: what was believed in between was wrong
    this.#heldAt = heldAt;
    this.#watchDeadline();
  }

  lose(reason: string): void {
    if (this.lost.aborted) return;
    this.#deadline?.[Symbol.dispose]();
    this.#lost.abort(new LeaseLost(reason));
    this.#options.onLost();
  }

  [Symbol.dispose](): void {
    this.#deadline?.[Symbol.dispose]();
  }

  #watchDeadline(): void {
    const { clock, renewMilliseconds } = this.#options;
    this.#deadline?.[Symbol.dispose]();
    const left = Math.max(0, this.#heldAt + renewMilliseconds - clock.now());
    this.#deadline = clock.after(left, () => this.lose(`no renewal for ${renewMilliseconds / 1000} s`));
  }
}

/** Why the signal of a leader aborted, when it was not asked to stop. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}
