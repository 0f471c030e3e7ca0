import { Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { held, startCandidate as start } from "../../test/support/candidate.ts";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { MemoryLeases } from "../../test/support/memory-leases.ts";
import { sleep } from "./clock.ts";
import { LeaderElectionMetrics } from "./leader-election-metrics.ts";
import { LeaseLost } from "./leader-term.ts";
import type { LeaseClient } from "./lease-lock.ts";

const NEVER = new AbortController().signal;

describe("a leader", () => {
  test("renews every 2 s without reading (clauses 7, 8)", async () => {
    const leases = new MemoryLeases();
    const { clock } = start(leases);
    await clock.pass(6_000);
    expect(leases.requests).toEqual(["get", "create", "update", "update", "update"]);
  });

  test("reads and updates in the same try when the update fails (clause 7)", async () => {
    const leases = new MemoryLeases();
    const registry = new Registry();
    const { clock, candidate } = start(leases, { metrics: new LeaderElectionMetrics(registry) });
    await clock.pass(0);
    leases.next("update", "conflicts");
    await clock.pass(2_000);
    expect(leases.requests).toEqual(["get", "create", "update", "get", "update"]);
    expect(candidate.isLeading).toBe(true);
    expect(await registry.metrics()).toContain('leader_election_slowpath_total{name="election"} 1');
  });

  test("goes on when somebody edits the lease's labels (clause 7)", async () => {
    const leases = new MemoryLeases();
    const { clock, candidate } = start(leases);
    await clock.pass(0);
    leases.write(leases.lease?.spec ?? {}, { labels: { edited: "yes" } });
    await clock.pass(2_000);
    expect(candidate.isLeading).toBe(true);
    expect(leases.lease?.metadata.labels).toEqual({ edited: "yes" });
  });

  test("stops leading 10 s after its last renewal (clauses 8, 9)", async () => {
    const leases = new MemoryLeases();
    const { clock, candidate } = start(leases);
    await clock.pass(4_000);
    leases.next("update", "fails", 99);
    leases.next("get", "fails", 99);
    await clock.pass(9_999);
    expect(candidate.isLeading).toBe(true);
    await clock.pass(1);
    expect(candidate.elector.isStillLeader()).toBe(false);
    expect(candidate.terms[0]?.reason).toBeInstanceOf(LeaseLost);
  });

  test("counts its 10 s from when it sent the renewal, not from the answer (clause 3)", async () => {
    const leases = new MemoryLeases();
    const clock = new ManualClock();
    const { client } = leases;
    const update: LeaseClient["update"] = async (type, lease, options) => {
      const answer = await client.update(type, lease, options);
      await sleep(clock, 4_000, NEVER);
      leases.next("update", "fails", 99);
      leases.next("get", "fails", 99);
      return answer;
    };
    const { candidate } = start(leases, { clock, client: { ...client, update } });
    await clock.pass(11_999); // sent at 2 s, answered at 6 s
    expect(candidate.isLeading).toBe(true);
    await clock.pass(1);
    expect(candidate.terms[0]?.aborted).toBe(true);
  });

  test("stops at once when it reads that another holds the lease", async () => {
    const leases = new MemoryLeases();
    const { clock, candidate } = start(leases);
    await clock.pass(1_000);
    leases.write(held());
    await clock.pass(1_000);
    expect(candidate.terms.map(({ aborted }) => aborted)).toEqual([true]);
    expect(candidate.leaders).toEqual(["a", "b"]);
  });

  test("stops at once when its lease was deleted, and campaigns for a new one", async () => {
    const leases = new MemoryLeases();
    const { clock, candidate } = start(leases);
    await clock.pass(1_000);
    leases.delete();
    await clock.pass(1_000);
    expect(candidate.terms.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  test("tells each holder that it sees once, the first included (clause 9)", async () => {
    const leases = new MemoryLeases();
    leases.write(held());
    const { clock, candidate } = start(leases);
    await clock.pass(500);
    leases.write({ ...held(), holderIdentity: "" });
    await clock.pass(60_000);
    await candidate.stop();
    expect(candidate.leaders).toEqual(["b", "a", ""]);
  });

  test("does not fall over a listener that throws", async () => {
    const leases = new MemoryLeases();
    const { clock, candidate } = start(leases, {
      onNewLeader() {
        throw new Error("as listeners do");
      },
    });
    await clock.pass(20_000);
    expect(candidate.isLeading).toBe(true);
  });

  test("is not undone by one request that hangs (clause 12)", async () => {
    const leases = new MemoryLeases();
    const { clock, candidate } = start(leases);
    await clock.pass(2_000);
    leases.next("update", "hangs");
    await clock.pass(60_000);
    expect(candidate.terms.map(({ aborted }) => aborted)).toEqual([false]);
  });

  test("is not undone by an update that was done but never answered (clause 12)", async () => {
    const leases = new MemoryLeases();
    const { clock, candidate } = start(leases);
    await clock.pass(2_000);
    leases.next("update", "is done and hangs");
    await clock.pass(60_000);
    expect(candidate.terms.map(({ aborted }) => aborted)).toEqual([false]);
  });

  test("campaigns again after a loss, once the guarded work has ended (clause 13, on purpose otherwise)", async () => {
    const leases = new MemoryLeases();
    const work = Promise.withResolvers<void>();
    const { clock, candidate } = start(leases, { onStartedLeading: () => work.promise });
    await clock.pass(1_000);
    leases.write(held());
    await clock.pass(60_000);
    expect(candidate.terms).toHaveLength(1); // the lease of "b" ran out long ago, but the work goes on
    work.resolve();
    await clock.pass(60_000);
    expect(candidate.terms).toHaveLength(2);
    expect(candidate.isLeading).toBe(true);
  });

  test("knows after a stall that it does not lead, before any timer has run (clause 15)", async () => {
    const leases = new MemoryLeases();
    const stall = { milliseconds: 0 };
    const clock = new ManualClock();
    const now = clock.now.bind(clock);
    clock.now = () => now() + stall.milliseconds;
    const { candidate } = start(leases, { clock });
    await clock.pass(0);
    stall.milliseconds = 9_999;
    expect(candidate.elector.isStillLeader()).toBe(true);
    stall.milliseconds = 10_000;
    expect(candidate.elector.isStillLeader()).toBe(false);
    expect(candidate.terms[0]?.aborted).toBe(false);
  });

  test("is unhealthy only when guarded work outlives the lease and the tolerance (clause 11)", async () => {
    const leases = new MemoryLeases();
    const { clock, candidate } = start(leases, { onStartedLeading: () => new Promise(() => undefined) });
    expect(candidate.elector.isHealthy()).toBe(true);
    await clock.pass(1_000);
    leases.write(held());
    await clock.pass(19_000); // its record was stored at 0
    expect(candidate.elector.isHealthy(5_000)).toBe(true);
    await clock.pass(1);
    expect(candidate.elector.isHealthy(5_000)).toBe(false);
  });

  test("is the one whose status is 1", async () => {
    const leases = new MemoryLeases();
    const registry = new Registry();
    const metrics = new LeaderElectionMetrics(registry);
    leases.write({ ...held(), holderIdentity: "" });
    const { clock } = start(leases, { metrics });
    const status = async () =>
      / (\d)$/m.exec(await registry.getSingleMetricAsString("leader_election_master_status"))?.[1];
    expect(await status()).toBe("0");
    await clock.pass(0);
    expect(await status()).toBe("1");
    leases.write(held());
    await clock.pass(2_000);
    expect(await status()).toBe("0");
  });
});
