import { describe, expect, test } from "vitest";
import { held, startCandidate as start } from "../../test/support/candidate.ts";
import { MemoryLeases } from "../../test/support/memory-leases.ts";

describe("a leader that is stopped", () => {
  test("gives the lease back: no holder, 1 s, transitions kept (clause 10)", async () => {
    const leases = new MemoryLeases();
    leases.write({ ...held(), holderIdentity: "" });
    const { clock, candidate } = start(leases);
    await clock.pass(3_000);
    await candidate.stop();
    expect(leases.lease?.spec).toEqual({
      holderIdentity: "",
      leaseDurationSeconds: 1,
      acquireTime: "2026-01-01T00:00:03.000000Z",
      renewTime: "2026-01-01T00:00:03.000000Z",
      leaseTransitions: 4,
    });
    expect(clock.waiting).toEqual([]);
  });

  test("reads again after a conflict in its release (clause 10)", async () => {
    const leases = new MemoryLeases();
    const { clock, candidate } = start(leases);
    await clock.pass(0);
    leases.next("update", "conflicts");
    const stopped = candidate.stop();
    await clock.pass(11);
    await stopped;
    expect(leases.lease?.spec?.holderIdentity).toBe("");
  });

  test("leaves another's record alone (clause 10)", async () => {
    const leases = new MemoryLeases();
    const { clock, candidate } = start(leases);
    await clock.pass(500);
    leases.write(held());
    await candidate.stop();
    expect(leases.lease?.spec).toEqual(held());
  });

  test("gives up a release that hangs, within the renew deadline (clause 10)", async () => {
    const leases = new MemoryLeases();
    const { clock, candidate } = start(leases);
    await clock.pass(0);
    leases.next("get", "hangs", 9);
    const stopped = candidate.stop();
    await clock.pass(10_000);
    await stopped;
    expect(leases.lease?.spec?.holderIdentity).toBe("a");
  });

  test("keeps the lease until its work has ended, and only then gives it back (clauses 10, 13)", async () => {
    const leases = new MemoryLeases();
    const work = Promise.withResolvers<void>();
    const { clock, candidate } = start(leases, { onStartedLeading: () => work.promise });
    await clock.pass(500);
    const stopped = candidate.stop();
    await clock.pass(8_000);
    expect(candidate.terms[0]?.aborted).toBe(true);
    expect(candidate.elector.isStillLeader()).toBe(true); // what it still has to write, it may
    expect(leases.lease?.spec).toMatchObject({ holderIdentity: "a", renewTime: "2026-01-01T00:00:08.000000Z" });
    work.resolve();
    await stopped;
    expect(leases.lease?.spec?.holderIdentity).toBe("");
  });

  test("lets the lease run out when its work does not end", async () => {
    const leases = new MemoryLeases();
    const { clock, candidate } = start(leases, { onStartedLeading: () => new Promise(() => undefined) });
    await clock.pass(500);
    const stopped = candidate.stop();
    await clock.pass(10_000);
    await stopped;
    expect(leases.lease?.spec?.holderIdentity).toBe("a");
    expect(clock.waiting).toEqual([]);
  });
});

test("a leader whose work fails gives up the lease, lets others go first, and tries again", async () => {
  const leases = new MemoryLeases();
  let isBroken = true;
  const { clock, candidate } = start(leases, {
    async onStartedLeading() {
      if (isBroken) throw new Error("as work does");
    },
  });
  await clock.pass(1_999);
  expect(leases.lease?.spec?.holderIdentity).toBe("");
  expect(candidate.terms[0]?.aborted).toBe(true);
  isBroken = false;
  await clock.pass(1);
  expect(candidate.isLeading).toBe(true);
});
