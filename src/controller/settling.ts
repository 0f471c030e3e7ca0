import type { Clock } from "#kube/clock.ts";

/** What people edit in one go is over when nothing came for so long. */
const QUIET_MILLISECONDS = 250;

/** However busy people are, a gateway is not kept waiting for longer. */
const MOST_MILLISECONDS = 2000;

interface Burst {
  readonly firstAt: number;
  lastAt: number;
  hash: string;
  /** It was let through as it is; what differs from it begins another burst. */
  isOver: boolean;
}

/** Lets a burst of edits pass, so that fifty in a second are one reload of the gateway. */
export class Settling {
  readonly #clock: Clock;
  readonly #bursts = new Map<string, Burst>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * How many milliseconds to wait before a configuration is delivered; ask again then.
   * 0 for now, and from then on, so that a delivery that fails is tried again at once.
   */
  waitFor(key: string, hash: string): number {
    const now = this.#clock.now();
    const burst = this.#burstOf(key, hash, now);
    if (burst.isOver) return 0;
    if (burst.hash !== hash) burst.lastAt = now;
    burst.hash = hash;
    const until = Math.min(burst.lastAt + QUIET_MILLISECONDS, burst.firstAt + MOST_MILLISECONDS);
    burst.isOver = until <= now;
    return Math.max(0, Math.ceil(until - now));
  }

  /** The gateway has what it should have, or is gone: the next change begins another burst. */
  settled(key: string): void {
    this.#bursts.delete(key);
  }

  #burstOf(key: string, hash: string, now: number): Burst {
    const known = this.#bursts.get(key);
    if (known && (!known.isOver || known.hash === hash)) return known;
    const burst = { firstAt: now, lastAt: now, hash, isOver: false };
    this.#bursts.set(key, burst);
    return burst;
  }
}
