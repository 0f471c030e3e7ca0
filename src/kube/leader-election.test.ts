import { describe, expect, test } from "vitest";
import { createLogger } from "#observability/logger.ts";
import { held, startCandidate as start } from "../../test/support/candidate.ts";
import { MemoryLeases } from "../../test/support/memory-leases.ts";
import type { WatchEvent } from "./client.ts";
import { LeaderElector } from "./leader-election.ts";
import type { LeaseClient } from "./lease-lock.ts";
import type { Resource } from "./resource.ts";

describe("a candidate", () => {
  test("refuses an empty identity and wrong times when it is made (clause 1)", () => {
    const options = {
      client: new MemoryLeases().client,
      lease: { namespace: "system", name: "election" },
      identity: "",
      onStartedLeading: () => undefined,
      logger: createLogger("silent"),
    };
    expect(() => new LeaderElector(options)).toThrow("identity must not be empty");
    const times = { leaseMilliseconds: 1000, renewMilliseconds: 1000, retryMilliseconds: 100 };
    expect(() => new LeaderElector({ ...options, identity: "a", times })).toThrow("must be above");
  });

  test("makes the lease where there is none, with times of six digits (clauses 2, 14)", async () => {
    const leases = new MemoryLeases();
    const { clock, candidate } = start(leases);
    await clock.pass(0);
    expect(candidate.isLeading).toBe(true);
    expect(leases.requests).toEqual(["get", "create"]);
    expect(leases.lease?.spec).toEqual({
      holderIdentity: "a",
      leaseDurationSeconds: 15,
      acquireTime: "2026-01-01T00:00:00.000000Z",
      renewTime: "2026-01-01T00:00:00.000000Z",
      leaseTransitions: 0,
    });
  });

  test("that loses the race to make it follows (clause 2)", async () => {
    const leases = new MemoryLeases();
    leases.next("create", "conflicts");
    const { clock, candidate } = start(leases);
    await clock.pass(1_999);
    expect(candidate.terms).toEqual([]);
    await clock.pass(1);
    expect(candidate.isLeading).toBe(true);
  });

  test("judges a lease by its own time since the record changed, whatever the wall clocks say (clause 3)", async () => {
    for (const renewTime of ["2026-01-01T01:00:00.000000Z", "2025-12-31T23:00:00.000000Z"]) {
      const leases = new MemoryLeases();
      leases.write(held(renewTime));
      const { clock, candidate } = start(leases);
      await clock.pass(13_000);
      leases.write(held(`${renewTime.slice(0, 19)}.500000Z`));
      await clock.pass(16_999); // it polls at even seconds: it sees the change at 14 s, so it may take it at 30 s
      expect(candidate.terms).toEqual([]);
      await clock.pass(1);
      expect(candidate.isLeading).toBe(true);
    }
  });

  test("lets no change of metadata pass for a renewal (clause 3)", async () => {
    const leases = new MemoryLeases();
    leases.write(held());
    const { clock, candidate } = start(leases);
    await clock.pass(13_000);
    leases.write(held(), { labels: { edited: "yes" } });
    await clock.pass(3_000);
    expect(candidate.isLeading).toBe(true);
  });

  test("goes by the duration in the record, not by its own (clause 3)", async () => {
    const leases = new MemoryLeases();
    leases.write(held(undefined, 40));
    const { clock, candidate } = start(leases);
    await clock.pass(39_999);
    expect(candidate.terms).toEqual([]);
    await clock.pass(1);
    expect(candidate.isLeading).toBe(true);
  });

  test("that is new waits for a whole duration, however old the record looks (clause 4)", async () => {
    const leases = new MemoryLeases();
    leases.write(held("1999-01-01T00:00:00.000000Z"));
    const { clock, candidate } = start(leases);
    await clock.pass(15_999);
    expect(candidate.terms).toEqual([]);
    expect(candidate.leaders).toEqual(["b"]);
    await clock.pass(1);
    expect(candidate.leaders).toEqual(["b", "a"]);
  });

  test("takes a released lease at once (clause 5)", async () => {
    const leases = new MemoryLeases();
    leases.write({ ...held(), holderIdentity: "" });
    const { clock, candidate } = start(leases);
    await clock.pass(0);
    expect(candidate.isLeading).toBe(true);
  });

  test("counts a take-over and keeps foreign labels and fields (clauses 6, 14)", async () => {
    const leases = new MemoryLeases();
    const released = { ...held(), holderIdentity: "", strategy: "theirs" };
    leases.write(released, { labels: { theirs: "1", ours: "0" } });
    const lease = { namespace: "system", name: "election", labels: { ours: "2" } };
    const { clock, candidate } = start(leases, { lease });
    await clock.pass(6_000);
    expect(candidate.isLeading).toBe(true);
    expect(leases.lease).toMatchObject({
      metadata: { labels: { theirs: "1", ours: "2" } },
      spec: {
        acquireTime: "2026-01-01T00:00:00.000000Z",
        renewTime: "2026-01-01T00:00:06.000000Z",
        leaseTransitions: 4,
        strategy: "theirs",
      },
    });
  });

  test("that meets a conflict in its take-over does not lead in that round (clause 6)", async () => {
    const leases = new MemoryLeases();
    leases.write({ ...held(), holderIdentity: "" });
    leases.next("update", "conflicts");
    leases.next("watch", "fails");
    const { clock, candidate } = start(leases);
    await clock.pass(1_999);
    expect(candidate.terms).toEqual([]);
    await clock.pass(1);
    expect(candidate.isLeading).toBe(true);
  });

  test("takes back its own record after a loss without a transition (clause 6)", async () => {
    const leases = new MemoryLeases();
    const { clock, candidate } = start(leases);
    await clock.pass(0);
    leases.next("update", "fails", 6);
    leases.next("get", "fails", 6);
    await clock.pass(30_000);
    expect(candidate.terms.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(leases.lease?.spec).toMatchObject({ leaseTransitions: 0, acquireTime: "2026-01-01T00:00:00.000000Z" });
  });

  test("polls with jitter while another leads (clause 8)", async () => {
    const leases = new MemoryLeases();
    leases.write(held());
    const { clock } = start(leases, { random: () => 1 });
    await clock.pass(4_399);
    expect(leases.requests).toEqual(["get", "watch"]);
    await clock.pass(1);
    expect(leases.requests).toEqual(["get", "watch", "get"]);
  });

  test("hears of a release by its watch and does not wait for the next poll", async () => {
    const leases = new MemoryLeases();
    leases.write(held());
    const { clock, candidate } = start(leases);
    await clock.pass(500);
    leases.write({ ...held(), holderIdentity: "" });
    await clock.pass(0);
    expect(candidate.isLeading).toBe(true);
  });

  test("does not repeat a try that fails on a released lease without a pause", async () => {
    const leases = new MemoryLeases();
    leases.write({ ...held(), holderIdentity: "" });
    leases.next("update", "fails", 100);
    const { client } = leases;
    // A watch that shows the vacancy and breaks, each time that it is opened.
    const watch: LeaseClient["watch"] = async function* <R extends Resource>(): AsyncGenerator<WatchEvent<R>, void> {
      yield { type: "ADDED", object: leases.read() as Resource as R };
    };
    const { clock } = start(leases, { client: { ...client, watch } });
    await clock.pass(10_000);
    expect(leases.requests.filter((verb) => verb === "update").length).toBeLessThanOrEqual(7);
  });

  test("stops while it waits", async () => {
    const leases = new MemoryLeases();
    leases.write(held());
    const { clock, candidate } = start(leases);
    await clock.pass(500);
    await candidate.stop();
    expect(candidate.terms).toEqual([]);
    expect(clock.waiting).toEqual([]);
  });
});
