import type { Clock } from "#kube/clock.ts";

/** What people edit in one go is over when nothing came for so long. */
const QUIET_MILLISECONDS = 250;

/** However busy people are, a gateway is not kept waiting for longer. */
const MOST_MILLISECONDS = 2000;

interface Burst {
  readonly firstAt: number;
  lastAt: number;
  hash: string;
}

/** Lets a burst of edits pass, so that fifty in a second are one reload of the gateway. */
export class Settling {
  readonly #clock: Clock;
  readonly #bursts = new Map<string, Burst>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many milliseconds to wait before a configuration is delivered; 0 for now. Ask again after the wait. */
  waitFor(key: string, hash: string): number {
    const now = this.#clock.now();
    const burst = this.#bursts.get(key) ?? { firstAt: now, lastAt: now, hash };
    this.#bursts.set(key, burst);
    if (burst.hash !== hash) burst.lastAt = now;
    burst.hash = hash;
    const until = Math.min(burst.lastAt + QUIET_MILLISECONDS, burst.firstAt + MOST_MILLISECONDS);
    return Math.max(0, Math.ceil(until - now));
  }

  /** The gateway has what it should have: the next change begins another burst. */
  settled(key: string): void {
    this.#bursts.delete(key);
  }
}
