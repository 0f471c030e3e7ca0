import type { WatchEvent } from "#kube/client.ts";
import type { Clock } from "#kube/clock.ts";
import { LeaderElector } from "#kube/leader-election.ts";
import type { Lease } from "#kube/lease.ts";
import type { LeaseClient } from "#kube/lease-lock.ts";
import type { LeaseTimes } from "#kube/lease-times.ts";
import { createLogger } from "#observability/logger.ts";
import type { ManualClock } from "./manual-clock.ts";
import { failure, type MemoryLeases, streamOf } from "./memory-leases.ts";

/** What goes wrong, as probabilities of a request; times in milliseconds. */
export interface Trouble {
  /** One way, at most. */
  readonly latency: number;
  readonly lostRequests: number;
  /** Done, but nobody hears of it. */
  readonly lostAnswers: number;
  /** No answer at all for so long that only a time-out helps; may be done late. */
  readonly hangs: number;
}

export const NO_TROUBLE: Trouble = { latency: 50, lostRequests: 0, lostAnswers: 0, hangs: 0 };

export interface SimulatedProcessOptions {
  readonly identity: string;
  readonly clock: ManualClock;
  readonly leases: MemoryLeases;
  readonly times: LeaseTimes;
  readonly random: () => number;
  readonly trouble: () => Trouble;
  /** How far its wall clock is off. */
  readonly skewMilliseconds: number;
}

/**
 * A process with an elector in it, on time that is simulated. It can be
 * stopped, as SIGSTOP does: time goes on, but no timer runs and no answer
 * arrives until it is continued. Its requests are lost, late or hang.
 */
export class SimulatedProcess implements Clock {
  readonly elector: LeaderElector;
  readonly #options: SimulatedProcessOptions;
  #held: (() => void)[] | undefined;

  constructor(options: SimulatedProcessOptions) {
    this.#options = options;
    const { identity, times, random } = options;
    this.elector = new LeaderElector({
      client: this.#client(),
      lease: { namespace: "system", name: "election" },
      identity,
      times,
      onStartedLeading: () => undefined,
      logger: SILENT,
      clock: this,
      random,
    });
  }

  /** SIGSTOP. */
  stop(): void {
    this.#held ??= [];
  }

  /** SIGCONT: whatever fell due happens now. */
  continue(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const run of held) run();
  }

  get isStopped(): boolean {
    return this.#held !== undefined;
  }

  now(): number {
    return this.#options.clock.now();
  }

  date(): Date {
    const { clock, skewMilliseconds } = this.#options;
    return new Date(clock.date().getTime() + skewMilliseconds);
  }

  after(milliseconds: number, run: () => void): Disposable {
    let isDisposed = false;
    const timer = this.#options.clock.after(milliseconds, () => {
      this.#deliver(() => {
        if (!isDisposed) run();
      });
    });
    return {
      [Symbol.dispose]() {
        isDisposed = true;
        timer[Symbol.dispose]();
      },
    };
  }

  #deliver(run: () => void): void {
    if (this.#held) this.#held.push(run);
    else run();
  }

  /** The server's side of a request happens in between two latencies, and its answer is delivered like a timer. */
  #client(): LeaseClient {
    const { leases } = this.#options;
    const ask = <R>(run: () => Lease): Promise<R> => this.#ask(run) as Promise<unknown> as Promise<R>;
    return {
      get: <R>() => ask<R>(() => leases.read()),
      create: <R>(_type: unknown, lease: unknown) => ask<R>(() => leases.create(lease as Lease)),
      update: <R>(_type: unknown, lease: unknown) => ask<R>(() => leases.update(lease as Lease)),
      watch: <R>(_type: unknown, _selection: unknown, options?: { readonly signal?: AbortSignal | undefined }) =>
        streamOf((told) => this.#watch(told), options?.signal) as AsyncIterable<unknown> as AsyncIterable<R>,
    };
  }

  #ask(run: () => Lease): Promise<Lease> {
    const { clock, random, trouble } = this.#options;
    const { latency, lostRequests, lostAnswers, hangs } = trouble();
    const dice = random();
    const isLost = dice < lostRequests;
    const isUnanswered = !isLost && dice < lostRequests + lostAnswers;
    const isHanging = !isLost && !isUnanswered && dice < lostRequests + lostAnswers + hangs;
    const { promise, resolve, reject } = Promise.withResolvers<Lease>();
    clock.after(isHanging ? random() * LONGEST_HANG_MILLISECONDS : random() * latency, () => {
      const answer = isLost ? () => reject(failure(0, "ConnectionFault")) : settle(run, resolve, reject);
      if (isHanging) return;
      const said = isUnanswered ? () => reject(failure(0, "ConnectionFault")) : answer;
      clock.after(random() * latency, () => this.#deliver(said));
    });
    return promise;
  }

  #watch(told: (event: WatchEvent<Lease>) => void): () => void {
    const { clock, leases, random, trouble } = this.#options;
    return leases.watch((event) => {
      if (random() < trouble().lostRequests) return;
      clock.after(random() * trouble().latency, () => this.#deliver(() => told(event)));
    });
  }
}

const SILENT = createLogger("silent");

/** Long after every time-out, so that what was given up still lands. */
const LONGEST_HANG_MILLISECONDS = 60_000;

/** Runs the server's side now; the result is told by the function returned. */
function settle(run: () => Lease, resolve: (lease: Lease) => void, reject: (error: unknown) => void): () => void {
  try {
    const lease = run();
    return () => resolve(lease);
  } catch (error) {
    return () => reject(error);
  }
}
