import { BoundedMap } from "./bounded-map.ts";
import type { Clock } from "./clock.ts";

/**
 * 25 events about an object at once, then one every 5 minutes: client-go's
 * EventSourceObjectSpamFilter. An object that fails each second must not fill
 * etcd.
 */
export class EventSpamFilter {
  readonly #clock: Clock;
  readonly #buckets = new BoundedMap<{ tokens: number; at: number }>(MOST_BUCKETS);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#buckets.size;
  }

  allows(subject: string): boolean {
    const now = this.#clock.now();
    const bucket = this.#buckets.get(subject) ?? { tokens: BURST, at: now };
    const tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) / MILLISECONDS_FOR_ONE);
    const isAllowed = tokens >= 1;
    this.#buckets.set(subject, { tokens: isAllowed ? tokens - 1 : tokens, at: now });
    return isAllowed;
  }
}

const BURST = 25;

const MILLISECONDS_FOR_ONE = 300_000;

/** As client-go's; who is forgotten begins anew, which costs 25 events. */
const MOST_BUCKETS = 4096;
