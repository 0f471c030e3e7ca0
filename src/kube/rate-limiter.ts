import type { Clock } from "./clock.ts";

/** Says how long a key has to wait before it is tried again. Each question counts as a try. */
export interface RateLimiter {
  delayFor(key: string): number;
  /** The key has succeeded, or is gone. */
  forget(key: string): void;
  /** How often it has been tried since it was last forgotten. */
  retries(key: string): number;
}

export interface ExponentialBackoffOptions {
  readonly firstMilliseconds: number;
  readonly longestMilliseconds: number;
}

/** client-go's for controllers: 5 ms, doubled at each try, up to 1000 s. */
const CONTROLLER_BACKOFF: ExponentialBackoffOptions = { firstMilliseconds: 5, longestMilliseconds: 1_000_000 };

/** Each key waits twice as long as the last time: client-go's ItemExponentialFailureRateLimiter. */
export class ExponentialBackoff implements RateLimiter {
  readonly #options: ExponentialBackoffOptions;
  readonly #retries = new Map<string, number>();

  constructor(options: ExponentialBackoffOptions = CONTROLLER_BACKOFF) {
    this.#options = options;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#retries.size;
  }

  delayFor(key: string): number {
    const retries = this.retries(key);
    this.#retries.set(key, retries + 1);
    const { firstMilliseconds, longestMilliseconds } = this.#options;
    return Math.min(longestMilliseconds, firstMilliseconds * 2 ** retries); // Infinity at huge counts, hence the longest
  }

  forget(key: string): void {
    this.#retries.delete(key);
  }

  retries(key: string): number {
    return this.#retries.get(key) ?? 0;
  }
}

export interface BucketOptions {
  readonly perSecond: number;
  readonly burst: number;
}

/** client-go's for controllers. */
const CONTROLLER_BUCKET: BucketOptions = { perSecond: 10, burst: 100 };

/** So many at once and so many a second over all keys; who comes early reserves a later moment. */
export class TokenBucket implements RateLimiter {
  readonly #clock: Clock;
  readonly #options: BucketOptions;
  #tokens: number; // negative: reserved ahead
  #countedAt: number;

  constructor(clock: Clock, options: BucketOptions = CONTROLLER_BUCKET) {
    this.#clock = clock;
    this.#options = options;
    this.#tokens = options.burst;
    this.#countedAt = clock.now();
  }

  delayFor(): number {
    const { perSecond, burst } = this.#options;
    const now = this.#clock.now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#countedAt) * perSecond) / 1000) - 1;
    this.#countedAt = now;
    return Math.max(0, (-this.#tokens * 1000) / perSecond);
  }

  forget(): void {}

  retries(): number {
    return 0;
  }
}

/** The strictest of several, each of which counts the try: client-go's MaxOfRateLimiter. */
export class StrictestLimiter implements RateLimiter {
  readonly #limiters: readonly RateLimiter[];

  constructor(limiters: readonly RateLimiter[]) {
    this.#limiters = limiters;
  }

  delayFor(key: string): number {
    return Math.max(0, ...this.#limiters.map((limiter) => limiter.delayFor(key)));
  }

  forget(key: string): void {
    for (const limiter of this.#limiters) limiter.forget(key);
  }

  retries(key: string): number {
    return Math.max(0, ...this.#limiters.map((limiter) => limiter.retries(key)));
  }
}
