import type { Clock } from "./clock.ts";

export interface BackoffOptions {
  readonly clock: Clock;
  readonly firstMilliseconds: number;
  readonly longestMilliseconds: number;
  /** After which quiet time the pauses start anew. */
  readonly resetMilliseconds: number;
  /** Of [0, 1); for tests. */
  readonly random?: (() => number) | undefined;
}

/**
 * Pauses that double up to a limit. Each lasts between once and twice its step,
 * so that many clients of a restarted server do not come back together.
 */
export class Backoff {
  readonly #options: BackoffOptions;
  #step: number;
  #lastAsked = Number.NEGATIVE_INFINITY;

  constructor(options: BackoffOptions) {
    this.#options = options;
    this.#step = options.firstMilliseconds;
  }

  /** The next pause in milliseconds. */
  next(): number {
    const { clock, firstMilliseconds, longestMilliseconds, resetMilliseconds, random = Math.random } = this.#options;
    const now = clock.now();
    if (now - this.#lastAsked > resetMilliseconds) this.#step = firstMilliseconds;
    this.#lastAsked = now;
    const pause = this.#step * (1 + random());
    this.#step = Math.min(this.#step * 2, longestMilliseconds);
    return pause;
  }
}
