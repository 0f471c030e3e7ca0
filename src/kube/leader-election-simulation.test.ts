import { assert, asyncProperty, constantFrom, integer } from "fast-check";
import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { MemoryLeases } from "../../test/support/memory-leases.ts";
import { NO_TROUBLE, SimulatedProcess, type Trouble } from "../../test/support/simulated-election.ts";
import { LEASE_TIMES, type LeaseTimes } from "./lease-times.ts";

/** The last one leaves next to nothing between a leader's belief and the others' patience. */
const TIMES: readonly LeaseTimes[] = [
  LEASE_TIMES,
  { leaseMilliseconds: 3_000, renewMilliseconds: 2_000, retryMilliseconds: 500 },
  { leaseMilliseconds: 10_000, renewMilliseconds: 9_999, retryMilliseconds: 4_000 },
];

const CANDIDATES = 4;

test("never do two believe that they lead, and when trouble ends somebody leads again (clauses 3, 6, 15)", async () => {
  await assert(
    asyncProperty(integer(), constantFrom(...TIMES), async (seed, times) => {
      const election = startElection(seed, times);
      for (let minute = 0; minute < 5; minute += 1) {
        election.trouble = election.randomTrouble();
        await election.pass(60_000, election.stopAndContinue);
      }
      election.trouble = NO_TROUBLE;
      for (const process of election.processes) process.continue();
      // What hung before may still take its time-out; then it is as after a kill.
      await election.pass(times.renewMilliseconds + longestTakeOver(times));
      expect(election.leaders()).toBe(1);
      await election.end();
    }),
    { numRuns: 25 },
  );
});

test("after a kill another leads within the lease and two jittered retries", async () => {
  await assert(
    asyncProperty(integer(), constantFrom(...TIMES), async (seed, times) => {
      const election = startElection(seed, times);
      await election.pass(longestTakeOver(times) + election.random() * times.leaseMilliseconds);
      election.kill();
      expect(election.living()).toBe(0);
      await election.pass(longestTakeOver(times));
      expect(election.living()).toBe(1);
      await election.end();
    }),
    { numRuns: 50 },
  );
});

test("lease and two jittered retries are under 24 s by default", () => {
  expect(longestTakeOver(LEASE_TIMES)).toBeLessThan(24_100); // of which 200 ms are the simulated requests
});

/** 15 + 2 x 2 x 2.2 s: it saw the last renewal up to one pause late, and looks again up to one pause late; four latencies. */
function longestTakeOver({ leaseMilliseconds, retryMilliseconds }: LeaseTimes): number {
  return leaseMilliseconds + 2 * 2.2 * retryMilliseconds + 4 * NO_TROUBLE.latency;
}

function startElection(seed: number, times: LeaseTimes) {
  const random = randomOf(seed);
  const clock = new ManualClock();
  const leases = new MemoryLeases();
  const stop = new AbortController();
  const killed = new Set<SimulatedProcess>();
  const election = {
    random,
    trouble: NO_TROUBLE,
    processes: Array.from({ length: CANDIDATES }, (_, index) => {
      const skewMilliseconds = (random() - 0.5) * 2 * HOUR_MILLISECONDS;
      const shared = { clock, leases, times, random, trouble: () => election.trouble };
      return new SimulatedProcess({ ...shared, identity: `${index}`, skewMilliseconds });
    }),
    /** Whoever answers "yes" at this moment, also a stopped process: it would, if it were continued now. */
    leaders: () => election.processes.filter(({ elector }) => elector.isStillLeader()).length,
    living: () => election.processes.filter((one) => one.elector.isStillLeader() && !killed.has(one)).length,
    randomTrouble: (): Trouble => ({
      latency: random() < 0.5 ? 50 : 8_000,
      lostRequests: random() * 0.5,
      lostAnswers: random() * 0.3,
      hangs: random() * 0.2,
    }),
    stopAndContinue: () => {
      for (const process of election.processes) {
        if (process.isStopped ? random() < 0.05 : random() < 0.005) {
          if (process.isStopped) process.continue();
          else process.stop();
        }
      }
    },
    kill() {
      for (const process of election.processes.filter(({ elector }) => elector.isStillLeader())) {
        killed.add(process);
        process.stop();
      }
    },
    /** In steps, since belief begins with an event and may end at any time. */
    async pass(milliseconds: number, step: () => void = () => undefined) {
      for (let left = milliseconds; left > 0; left -= STEP_MILLISECONDS) {
        step();
        await clock.pass(Math.min(left, STEP_MILLISECONDS));
        expect(election.leaders()).toBeLessThanOrEqual(1);
      }
    },
    async end() {
      for (const process of election.processes) process.continue();
      stop.abort();
      await clock.pass(times.renewMilliseconds);
      await running;
    },
  };
  const running = Promise.all(election.processes.map(({ elector }) => elector.run(stop.signal)));
  return election;
}

const HOUR_MILLISECONDS = 3_600_000;

const STEP_MILLISECONDS = 250;

/** mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
