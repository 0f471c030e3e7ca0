import { type LeaderElectionOptions, LeaderElector } from "#kube/leader-election.ts";
import type { LeaseSpec } from "#kube/lease.ts";
import { createLogger } from "#observability/logger.ts";
import { ManualClock } from "./manual-clock.ts";
import type { MemoryLeases } from "./memory-leases.ts";

/** An elector over a lease in memory, with a record of its terms. */
export interface Candidate {
  readonly elector: LeaderElector;
  /** The signal of each term so far, in order. */
  readonly terms: readonly AbortSignal[];
  /** Every holder that it was told of, in order. */
  readonly leaders: readonly string[];
  /** Whether it leads and knows it. */
  readonly isLeading: boolean;
  /** Asks it to stop, and resolves when it has. */
  stop(): Promise<void>;
}

export interface CandidateOptions extends Partial<Omit<LeaderElectionOptions, "clock">> {
  readonly clock?: ManualClock;
}

/** A candidate "a" that waits 2 s between its tries. */
export function startCandidate(
  leases: MemoryLeases,
  { clock = new ManualClock(), ...options }: CandidateOptions = {},
): { readonly clock: ManualClock; readonly candidate: Candidate } {
  const terms: AbortSignal[] = [];
  const leaders: string[] = [];
  const stop = new AbortController();
  const elector = new LeaderElector({
    client: leases.client,
    lease: { namespace: "system", name: "election" },
    identity: "a",
    onNewLeader: (identity) => void leaders.push(identity),
    logger: SILENT,
    clock,
    random: () => 0,
    ...options,
    async onStartedLeading(signal) {
      terms.push(signal);
      await options.onStartedLeading?.(signal);
    },
  });
  const ended = elector.run(stop.signal);
  const candidate = {
    elector,
    terms,
    leaders,
    get isLeading() {
      return elector.isStillLeader() && terms.at(-1)?.aborted === false;
    },
    stop() {
      stop.abort();
      return ended;
    },
  };
  return { clock, candidate };
}

/** The record of another leader, "b". */
export function held(renewTime = "2020-01-01T00:00:00.000000Z", leaseDurationSeconds = 15): LeaseSpec {
  return {
    holderIdentity: "b",
    leaseDurationSeconds,
    acquireTime: "2020-01-01T00:00:00.000000Z",
    renewTime,
    leaseTransitions: 3,
  };
}

const SILENT = createLogger("silent");
