import { beforeEach, expect, test } from "vitest";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { type ElectorProcess, type ElectorProcessOptions, startElector } from "../support/elector-process.ts";
import { startSeverableProxy } from "../support/severable-proxy.ts";

/** Lease 3 s, renew 2 s, retry 0.5 s. */
const SHORT = "3000,2000,500";

/** 3 s lease + 2 x 0.5 s x 2.2: a follower saw the last renewal up to one jittered pause late, and looks again one later. */
const TAKE_OVER_MILLISECONDS = 5_200;

/** For requests and the start of a turn on two busy cores. */
const SLACK_MILLISECONDS = 800;

const HOUR_MILLISECONDS = 3_600_000;

describeOnControlPlane("leader election between processes", (plane) => {
  const counterPath = () => `/api/v1/namespaces/${plane.namespace}/configmaps/counter`;
  const start = (identity: string, options: Partial<ElectorProcessOptions> = {}) =>
    startElector({ kubeconfig: plane.kubeconfig, namespace: plane.namespace, identity, ...options });

  beforeEach(async () => {
    await plane.request("DELETE", counterPath());
    await plane.request("DELETE", `/apis/coordination.k8s.io/v1/namespaces/${plane.namespace}/leases/election`);
    const counter = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "counter" } };
    await plane.request("POST", `/api/v1/namespaces/${plane.namespace}/configmaps`, { body: counter });
  });

  const lastWriter = async () => {
    const { body } = await plane.request("GET", counterPath());
    return (body as { data?: { by: string } }).data?.by;
  };

  test("a leader that gets SIGTERM hands over in under 2 s, with wall clocks two hours apart", async () => {
    await using first = start("first", { skew: HOUR_MILLISECONDS });
    await using second = await startBoth(first, () => start("second", { skew: -HOUR_MILLISECONDS }));
    const termination = performance.now();
    first.kill("SIGTERM");
    const takeOver = (await second.heard("leads")) - termination;
    expect(takeOver).toBeLessThan(2_000);
    expect(await first.ended).toEqual([0, null]);
    await second.heard("wrote");
    expect(await lastWriter()).toBe("second");
  });

  test("a leader that gets SIGKILL is followed within its lease and two jittered retries", async () => {
    await using first = start("first", { times: SHORT });
    await using second = await startBoth(first, () => start("second", { times: SHORT }));
    const kill = performance.now();
    first.kill("SIGKILL");
    const takeOver = (await second.heard("leads")) - kill;
    expect(takeOver).toBeLessThan(TAKE_OVER_MILLISECONDS + SLACK_MILLISECONDS);
    // The last renewal is at most one retry and its request old, and all of the lease was waited for.
    expect(takeOver).toBeGreaterThan(3_000 - 500 - SLACK_MILLISECONDS);
  });

  test("a leader stopped between its check and its write past its lease writes nothing when it goes on", async () => {
    await using first = start("first", { times: SHORT });
    await using second = await startBoth(first, () => start("second", { times: SHORT }));
    first.kill("SIGUSR2");
    await second.heard("wrote");
    first.kill("SIGCONT");
    await first.heard("refused");
    await first.heard("stops");
    expect(first.events).toContainEqual({ event: "refused", reason: "Conflict" });
    await expectEachCountOnce(first, second);
  });

  test("a leader stopped at any moment past its lease writes nothing when it goes on", async () => {
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

  test("a leader without a network stops before another leads, and follows when the network is back", async () => {
    await using proxy = await startSeverableProxy(plane.server);
    await using first = start("first", { times: SHORT, server: proxy.url });
    await using second = await startBoth(first, () => start("second", { times: SHORT }));
    const cut = performance.now();
    proxy.sever();
    const stopped = await first.heard("stops");
    const taken = await second.heard("leads");
    expect(stopped - cut).toBeLessThan(2_000 + SLACK_MILLISECONDS);
    expect(taken).toBeGreaterThan(stopped);
    expect(taken - cut).toBeLessThan(TAKE_OVER_MILLISECONDS + SLACK_MILLISECONDS);
    proxy.restore();
    await poll("the first follows", async () => first.events.some(({ leader }) => leader === "second"));
    await expectEachCountOnce(first, second);
  });
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
