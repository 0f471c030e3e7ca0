import { expect, test } from "vitest";
import type { Lease } from "#kube/lease.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { type ElectorProcess, type ElectorProcessOptions, startElector } from "../support/elector-process.ts";
import { startSeverableProxy } from "../support/severable-proxy.ts";

/*
 * With the times that everybody has (lease 15 s, renew 10 s, retry 2 s) unless a
 * test is not about them. All but the first run at the same time.
 */

/**
 * 15 s lease + 2 x 2 s x 2.2: a follower saw the last renewal up to one jittered pause late, and looks again one
 * later. 0.2 s are left for requests.
 */
const TAKE_OVER_MILLISECONDS = 24_000;

/** A leader renews its lease as often, so the last renewal is at most that old, and a request. */
const RETRY_MILLISECONDS = 2_000;

/** Lease 3 s, renew 2 s, retry 0.5 s. */
const SHORT = "3000,2000,500";
const SHORT_LEASE_MILLISECONDS = 3_000;

/** For requests and the start of a turn on two busy cores. */
const SLACK_MILLISECONDS = 800;

const HOUR_MILLISECONDS = 3_600_000;

/** Against hanging: each takes half a minute on two idle cores, and ten processes start at once. */
const PATIENT = { timeout: 180_000 };

describeOnControlPlane("leader election between processes", (plane) => {
  /** An election of its own. */
  const prepare = async (name: string) => {
    const configMaps = `/api/v1/namespaces/${plane.namespace}/configmaps`;
    const lease = `/apis/coordination.k8s.io/v1/namespaces/${plane.namespace}/leases/${name}`;
    await plane.request("POST", configMaps, { body: { metadata: { name } } });
    return {
      start: (identity: string, options: Partial<ElectorProcessOptions> = {}) =>
        startElector({ kubeconfig: plane.kubeconfig, namespace: plane.namespace, name, identity, ...options }),
      lastWriter: async () => {
        const { body } = await plane.request("GET", `${configMaps}/${name}`);
        return (body as { data?: { by: string } }).data?.by;
      },
      renewedFor: (milliseconds: number) =>
        poll("renewals", async () => {
          const { body } = await plane.request("GET", lease);
          const { renewTime = "", acquireTime = "" } = (body as Lease).spec ?? {};
          return Date.parse(renewTime) - Date.parse(acquireTime) > milliseconds;
        }),
    };
  };

  test("a leader that gets SIGTERM hands over in under 2 s", async () => {
    const { start, lastWriter } = await prepare("terminated");
    await using first = start("first");
    await using second = await startBoth(first, () => start("second"));
    const termination = performance.now();
    first.kill("SIGTERM");
    expect((await second.heard("leads")) - termination).toBeLessThan(2_000);
    expect(await first.ended).toEqual([0, null]);
    await second.heard("wrote");
    expect(await lastWriter()).toBe("second");
  });

  test.concurrent(
    "a leader that gets SIGKILL is followed within 24 s, though its clock is two hours ahead",
    PATIENT,
    async () => {
      const { start } = await prepare("killed");
      await using first = start("first", { skew: HOUR_MILLISECONDS });
      await using second = await startBoth(first, () => start("second", { skew: -HOUR_MILLISECONDS }));
      const kill = performance.now();
      first.kill("SIGKILL");
      const takeOver = (await second.heard("leads")) - kill;
      expect(takeOver).toBeLessThan(TAKE_OVER_MILLISECONDS);
      expect(takeOver).toBeGreaterThan(15_000 - RETRY_MILLISECONDS - SLACK_MILLISECONDS);
    },
  );

  test.concurrent("a leader that renews is left alone, though its clock is two hours behind", PATIENT, async () => {
    const { start, renewedFor } = await prepare("behind");
    await using first = start("first", { times: SHORT, skew: -HOUR_MILLISECONDS });
    await using second = await startBoth(first, () => start("second", { times: SHORT, skew: HOUR_MILLISECONDS }));
    await renewedFor(2 * SHORT_LEASE_MILLISECONDS);
    expect(second.events.map(({ event }) => event)).toEqual(["sees"]);
    first.kill("SIGKILL");
    await second.heard("leads");
  });

  test.concurrent(
    "a leader stopped between its check and its write past its lease writes nothing when it goes on",
    PATIENT,
    async () => {
      const { start } = await prepare("stopped-before-write");
      await using first = start("first");
      await using second = await startBoth(first, () => start("second"));
      first.kill("SIGUSR2");
      await second.heard("wrote");
      first.kill("SIGCONT");
      await first.heard("refused");
      await first.heard("stops");
      expect(first.events).toContainEqual({ event: "refused", reason: "Conflict" });
      await expectEachCountOnce(first, second);
    },
  );

  test.concurrent("a leader stopped at any moment past its lease writes nothing when it goes on", PATIENT, async () => {
    const { start, lastWriter } = await prepare("stopped");
    await using first = start("first", { times: SHORT });
    await using second = await startBoth(first, () => start("second", { times: SHORT }));
    for (const [leader, follower] of [
      [first, second],
      [second, first],
    ] as const) {
      leader.kill("SIGSTOP");
      await follower.heardAgain("wrote");
      leader.kill("SIGCONT");
      await leader.heard("stops");
      await follower.heardAgain("wrote");
      expect(await lastWriter()).toBe(follower.identity);
    }
    await expectEachCountOnce(first, second);
  });

  test.concurrent(
    "a leader without a network stops before another leads, and follows when the network is back",
    PATIENT,
    async () => {
      const { start } = await prepare("cut-off");
      await using proxy = await startSeverableProxy(plane.server);
      await using first = start("first", { server: proxy.url });
      await using second = await startBoth(first, () => start("second"));
      const cut = performance.now();
      proxy.sever();
      const stopped = await first.heard("stops");
      const taken = await second.heard("leads");
      expect(stopped - cut).toBeLessThan(10_000 + SLACK_MILLISECONDS);
      expect(taken).toBeGreaterThan(stopped);
      expect(taken - cut).toBeLessThan(TAKE_OVER_MILLISECONDS);
      proxy.restore();
      await poll("the first follows", async () => first.events.some(({ leader }) => leader === "second"));
      await expectEachCountOnce(first, second);
    },
  );
});

/** The first leads, and the second has seen it, before this resolves. */
async function startBoth(first: ElectorProcess, second: () => ElectorProcess): Promise<ElectorProcess> {
  await first.heard("wrote");
  const follower = second();
  await follower.heard("sees");
  return follower;
}

/** Two writers that saw the same count would both say that they wrote the next. */
async function expectEachCountOnce(...processes: readonly ElectorProcess[]): Promise<void> {
  for (const process of processes) process.kill("SIGTERM");
  await Promise.all(processes.map(({ ended }) => ended));
  const counts = processes.flatMap(({ events }) =>
    events.flatMap(({ event, count }) => (event === "wrote" ? [count] : [])),
  );
  expect(new Set(counts).size).toBe(counts.length);
  expect(counts.length).toBeGreaterThan(0);
}
