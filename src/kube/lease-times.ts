export interface LeaseTimes {
  /** For how long a record that does not change keeps others away. Whole seconds, as the record holds no others. */
  readonly leaseMilliseconds: number;
  /** For how long after its last renewal a leader believes that it leads. */
  readonly renewMilliseconds: number;
  /** Between a leader's renewals; a follower waits up to 2.2 times as long. */
  readonly retryMilliseconds: number;
}

/** client-go's: 15, 10 and 2 s. */
export const LEASE_TIMES: LeaseTimes = {
  leaseMilliseconds: 15_000,
  renewMilliseconds: 10_000,
  retryMilliseconds: 2_000,
};

/** The checks of client-go's NewLeaderElector, and whole seconds, which it cuts off in silence. */
export function checkLeaseTimes({ leaseMilliseconds, renewMilliseconds, retryMilliseconds }: LeaseTimes): void {
  for (const [name, value] of Object.entries({ leaseMilliseconds, renewMilliseconds, retryMilliseconds })) {
    if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw new RangeError(`${name} must be above 0, not ${value}`);
  }
  if (leaseMilliseconds % 1000 !== 0) {
    throw new RangeError(`leaseMilliseconds must be whole seconds, not ${leaseMilliseconds}`);
  }
  if (leaseMilliseconds <= renewMilliseconds) {
    throw new RangeError(
      `leaseMilliseconds (${leaseMilliseconds}) must be above renewMilliseconds (${renewMilliseconds})`,
    );
  }
  if (renewMilliseconds <= JITTER_FACTOR * retryMilliseconds) {
    throw new RangeError(
      `renewMilliseconds (${renewMilliseconds}) must be above ${JITTER_FACTOR} x retryMilliseconds (${retryMilliseconds})`,
    );
  }
}

/** Half the renew deadline, so that one hung request leaves time for another: controller-runtime's, 1 s at least. */
export function leaseRequestMilliseconds({ renewMilliseconds }: LeaseTimes): number {
  return Math.max(1000, renewMilliseconds / 2);
}

/** 2.0 to 4.4 s by default, so that followers do not come all at once. */
export function jitteredRetryMilliseconds({ retryMilliseconds }: LeaseTimes, random: () => number): number {
  return retryMilliseconds * (1 + random() * JITTER_FACTOR);
}

/** client-go's JitterFactor. */
const JITTER_FACTOR = 1.2;
