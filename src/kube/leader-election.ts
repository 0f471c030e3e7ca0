import type { Logger } from "#observability/logger.ts";
import type { ObjectName } from "./client.ts";
import { type Clock, SYSTEM_CLOCK, sleep } from "./clock.ts";
import type { LeaderElectionMetrics } from "./leader-election-metrics.ts";
import { LeaderTerm } from "./leader-term.ts";
import { type Attempt, type LeaseClient, LeaseLock } from "./lease-lock.ts";
import { checkLeaseTimes, jitteredRetryMilliseconds, LEASE_TIMES, type LeaseTimes } from "./lease-times.ts";
import { LeaseVacancy } from "./lease-vacancy.ts";

export interface LeaderElectionOptions {
  /** Its own connections, or a slow list of the controllers can cost the lease. */
  readonly client: LeaseClient;
  readonly lease: Required<ObjectName> & { readonly labels?: Readonly<Record<string, string>> };
  /** Unlike any other candidate's, also than that of this Pod's last process: host name, `_`, a UUID. */
  readonly identity: string;
  readonly times?: LeaseTimes;
  /**
   * The guarded work. The signal aborts when the lease is lost or the process
   * is to stop; the promise says that nothing goes on any more. Work that only
   * starts things may return before. Work that throws gives up the lease.
   */
  readonly onStartedLeading: (signal: AbortSignal) => void | Promise<void>;
  /** Each holder that is seen, the first and this process included; empty for nobody. */
  readonly onNewLeader?: (identity: string) => void;
  readonly logger: Logger;
  readonly metrics?: LeaderElectionMetrics;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/**
 * One candidate for one Lease, after client-go's LeaderElector, and compatible
 * with it over the same Lease. At no moment do two candidates believe that they
 * lead, as long as their monotonic clocks run at the same rate: a leader's belief
 * ends `renewMilliseconds` after it sent its last successful renewal, and
 * others wait for the longer `leaseMilliseconds` after they saw it.
 *
 * Otherwise on purpose:
 * - the deadline counts from the last renewal, not from the first failed one,
 *   so that it is below the lease's duration whatever the retry period;
 * - a leader that reads another's record stops at once and not at its deadline;
 * - losing the lease aborts the work and campaigns again once it has ended,
 *   where Go programs exit, since this process also serves webhooks;
 * - after a stop the lease is kept until the work has ended, then released.
 */
export class LeaderElector {
  readonly #options: LeaderElectionOptions;
  readonly #clock: Clock;
  readonly #times: LeaseTimes;
  readonly #random: () => number;
  readonly #lock: LeaseLock;
  #term: LeaderTerm | undefined;
  #reported: string | undefined;

  constructor(options: LeaderElectionOptions) {
    const { client, lease, identity, times = LEASE_TIMES, clock = SYSTEM_CLOCK, metrics } = options;
    checkLeaseTimes(times);
    if (identity === "") throw new RangeError("the identity must not be empty, as that means nobody");
    this.#options = options;
    this.#clock = clock;
    this.#times = times;
    this.#random = options.random ?? Math.random;
    this.#lock = new LeaseLock({
      client,
      name: { namespace: lease.namespace, name: lease.name },
      labels: lease.labels ?? {},
      identity,
      times,
      clock,
      onSlowPath: () => metrics?.slowPath(lease.name),
    });
    metrics?.set(lease.name, false);
  }

  /** Campaigns and leads, again and again, until the signal aborts and the lease is released. Once at a time. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const heldAt = await this.#campaign(signal);
      if (heldAt === undefined) break;
      const isBroken = await this.#lead(heldAt, signal);
      // Others first: they may do better.
      if (isBroken) await sleep(this.#clock, this.#pauseMilliseconds(), signal).catch(() => undefined);
    }
  }

  /**
   * For guarded code, right before it writes. True is still no promise for the
   * moment at which the write arrives: hence guardedClient, which also wants a
   * resource version in every write.
   */
  isStillLeader(): boolean {
    return this.#term?.isHeld() === true;
  }

  /** Who led when the lease was last seen; empty for nobody. */
  get leader(): string {
    return this.#lock.holder ?? "";
  }

  /** False when guarded work goes on although its lease ran out so long ago: something hangs. Followers are healthy. */
  isHealthy(toleranceMilliseconds = 0): boolean {
    if (!this.#term) return true;
    return this.#clock.now() - this.#term.heldAt <= this.#times.leaseMilliseconds + toleranceMilliseconds;
  }

  async #campaign(signal: AbortSignal): Promise<number | undefined> {
    const { client, lease, logger } = this.#options;
    using vacancy = new LeaseVacancy({ client, name: lease, clock: this.#clock, logger, signal });
    while (!signal.aborted) {
      const attempt = await this.#lock.acquire(signal).catch(() => undefined); // stopped
      if (!attempt) break;
      this.#report(attempt);
      if (attempt.type === "held") return attempt.sentAt;
      await vacancy.pause(this.#pauseMilliseconds());
    }
    return undefined;
  }

  /** True when the work failed by itself. */
  async #lead(heldAt: number, stop: AbortSignal): Promise<boolean> {
    const { logger, metrics, lease } = this.#options;
    using term = new LeaderTerm({
      clock: this.#clock,
      heldAt,
      renewMilliseconds: this.#times.renewMilliseconds,
      onLost: () => metrics?.set(lease.name, false),
    });
    this.#term = term;
    metrics?.set(lease.name, true);
    logger.info({ lease: lease.name }, "leading");
    const closing = new AbortController();
    const renewing = this.#renew(term, AbortSignal.any([term.lost, closing.signal]));
    const outcome = await this.#work(term, stop, closing.signal);
    closing.abort();
    await renewing;
    this.#term = undefined;
    metrics?.set(lease.name, false);
    if (term.lost.aborted) logger.warn({ err: term.lost.reason as unknown, lease: lease.name }, "lost the lease");
    else if (outcome !== "hanging") await this.#release();
    return outcome === "failed";
  }

  /** Ends when nothing guarded goes on any more, or when it is hopeless to wait for that. */
  async #work(term: LeaderTerm, stop: AbortSignal, closed: AbortSignal): Promise<WorkOutcome> {
    const { logger, onStartedLeading } = this.#options;
    const end = AbortSignal.any([term.lost, stop, closed]);
    const work = async (): Promise<WorkOutcome> => {
      try {
        await onStartedLeading(end);
      } catch (error) {
        if (end.aborted) return "ended"; // what an aborted call throws
        logger.error({ err: error }, "the leader's work failed; giving up the lease");
        return "failed";
      }
      await aborted(end, closed);
      return "ended";
    };
    const patience = async (): Promise<WorkOutcome> => {
      await aborted(stop, closed);
      await sleep(this.#clock, this.#times.renewMilliseconds, closed);
      logger.error("the leader's work did not end; leaving the lease to run out");
      return "hanging";
    };
    return Promise.race([work(), patience()]);
  }

  async #renew(term: LeaderTerm, end: AbortSignal): Promise<void> {
    while (!end.aborted) {
      await sleep(this.#clock, this.#times.retryMilliseconds, end).catch(() => undefined);
      const attempt = await this.#lock.renew(end).catch(() => undefined); // ended
      if (!attempt) return;
      this.#report(attempt);
      if (attempt.type === "held") term.renewed(attempt.sentAt);
      if (attempt.type === "taken") term.lose(`the lease went to "${this.leader}"`);
    }
  }

  async #release(): Promise<void> {
    const { logger, lease } = this.#options;
    try {
      await this.#lock.release(NEVER);
      this.#reportLeader();
      logger.info({ lease: lease.name }, "released the lease");
    } catch (error) {
      logger.warn({ err: error, lease: lease.name }, "cannot release the lease; it will run out");
    }
  }

  #report(attempt: Attempt): void {
    const { logger, lease } = this.#options;
    if (attempt.type === "failed")
      logger.warn({ err: attempt.error, lease: lease.name }, "cannot get or keep the lease");
    this.#reportLeader();
  }

  #reportLeader(): void {
    const { logger, onNewLeader } = this.#options;
    const leader = this.#lock.holder;
    if (leader === undefined || leader === this.#reported) return;
    this.#reported = leader;
    logger.info({ leader }, "the lease has another holder");
    try {
      onNewLeader?.(leader);
    } catch (error) {
      logger.error({ err: error }, "onNewLeader failed");
    }
  }

  #pauseMilliseconds(): number {
    return jitteredRetryMilliseconds(this.#times, this.#random);
  }
}

/** A release has its own time limit: what it is part of has been stopped already. */
const NEVER = new AbortController().signal;

type WorkOutcome = "ended" | "failed" | "hanging";

/** Listens until `closed`, so that a signal of long life does not gather listeners. */
function aborted(signal: AbortSignal, closed: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true, signal: closed });
  });
}
