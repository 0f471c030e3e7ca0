import { getEventListeners } from "node:events";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { aborted, keptLog, settled, until } from "../../test/support/resources.ts";
import { ControllerLoop, type ControllerLoopOptions, SyncTimeoutError } from "./controller-loop.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import type { Reconcile, ReconcileContext } from "./reconcile-attempt.ts";
import { ReconcileMetrics } from "./reconcile-metrics.ts";
import { DONE, retry, retryAfter, terminal } from "./reconcile-result.ts";
import type { SyncSource } from "./sync.ts";
import { WorkQueue } from "./work-queue.ts";

const SYNCED: SyncSource = { name: "synced", hasSynced: true, synced: Promise.resolve() };
const MISSING: SyncSource = { name: "missing", hasSynced: false, synced: new Promise(() => {}) };

/** A controller that runs, with what it tells of itself. */
function started(reconcile: Reconcile, options: Partial<ControllerLoopOptions> = {}) {
  const clock = new ManualClock();
  const registry = new Registry();
  const { logger, lines } = keptLog();
  const queue = new WorkQueue({ name: "things", clock });
  const metrics = new ReconcileMetrics(registry);
  const loop = new ControllerLoop({
    name: "things",
    reconcile,
    queue,
    sources: [SYNCED],
    logger,
    clock,
    metrics,
    ...options,
  });
  const abort = new AbortController();
  const ended = loop.run(abort.signal);
  const stop = () => {
    abort.abort();
    return ended;
  };
  const metric = async (name: string, labels = "") => {
    const text = await registry.metrics();
    const line = `controller_runtime_${name}{controller="things"${labels}} `;
    return Number(
      text
        .split("\n")
        .find((one) => one.startsWith(line))
        ?.slice(line.length),
    );
  };
  return { clock, queue, lines, loop, ended, stop, metric, signal: abort.signal };
}

/** Plays through the given results, one a call, and is done from then on. */
function scripted(...results: readonly (() => ReturnType<Reconcile>)[]) {
  const keys: string[] = [];
  const reconcile: Reconcile = (key) => {
    keys.push(key);
    return results[keys.length - 1]?.() ?? Promise.resolve(DONE);
  };
  return { keys, reconcile };
}

test("all results stand at zero before the first reconcile", async () => {
  const { metric } = started(() => Promise.resolve(DONE));
  const results = ["success", "error", "requeue", "requeue_after"];
  for (const result of results) expect(await metric("reconcile_total", `,result="${result}"`)).toBe(0);
  for (const name of ["errors", "panics", "timeouts"]) expect(await metric(`reconcile_${name}_total`)).toBe(0);
  expect(await metric("terminal_reconcile_errors_total")).toBe(0);
});

test("a key that is done is forgotten and not tried again", async () => {
  const { keys, reconcile } = scripted(() => Promise.resolve(retry()));
  const { queue, clock, metric } = started(reconcile);
  queue.add("a");
  await clock.pass(5);
  expect([keys, queue.retries("a"), clock.waiting]).toEqual([["a", "a"], 0, []]);
  expect(await metric("reconcile_total", ',result="success"')).toBe(1);
  expect(await metric("reconcile_total", ',result="requeue"')).toBe(1);
  expect(await metric("reconcile_time_seconds_count")).toBe(2);
});

test("a retry waits twice as long each time and keeps its priority unless told otherwise", async () => {
  const { reconcile } = scripted(
    () => Promise.resolve(retry()),
    () => Promise.resolve(retry({ priority: 7 })),
  );
  const { queue, clock } = started(reconcile);
  const priorities: (number | undefined)[] = [];
  const add = queue.addRateLimited.bind(queue);
  queue.addRateLimited = (key, options) => {
    priorities.push(options?.priority);
    add(key, options);
  };
  queue.add("a", { priority: -100 });
  await settled();
  expect(clock.waiting.filter((milliseconds) => milliseconds <= 10)).toEqual([5]);
  await clock.pass(5);
  expect(clock.waiting.filter((milliseconds) => milliseconds <= 10)).toEqual([10]);
  expect(priorities).toEqual([-100, 7]);
});

test("a retry at a time of its own is not slowed down by failures before it", async () => {
  const { keys, reconcile } = scripted(
    () => Promise.reject(new Error("no")),
    () => Promise.resolve(retryAfter(60_000)),
  );
  const { queue, clock, metric } = started(reconcile);
  queue.add("a");
  await clock.pass(5);
  expect([queue.retries("a"), clock.waiting]).toEqual([0, [60_000]]);
  await clock.pass(60_000);
  expect(keys).toHaveLength(3);
  expect(await metric("reconcile_total", ',result="requeue_after"')).toBe(1);
});

test("a terminal result counts as an error and is neither tried again nor remembered", async () => {
  const { keys, reconcile } = scripted(
    () => Promise.reject(new Error("no")),
    () => Promise.resolve(terminal(new Error("never"))),
  );
  const { queue, clock, metric, lines } = started(reconcile);
  queue.add("a");
  await clock.pass(10_000);
  expect([keys.length, queue.retries("a"), clock.waiting]).toEqual([2, 0, []]);
  expect(await metric("terminal_reconcile_errors_total")).toBe(1);
  expect(await metric("reconcile_errors_total")).toBe(2);
  expect(await metric("reconcile_total", ',result="error"')).toBe(2);
  expect(lines.map(({ msg }) => msg)).toEqual([
    "reconcile failed; trying again",
    "reconcile failed; trying again is of no use",
  ]);
});

test("a throw is counted and logged, tried again with backoff, and hurts no other key", async () => {
  const reconciled: string[] = [];
  const { queue, clock, metric, lines } = started((key) => {
    reconciled.push(key);
    if (key === "bad") throw new Error("no"); // not even a promise
    return Promise.resolve(DONE);
  });
  queue.add("bad");
  queue.add("good");
  await clock.pass(5);
  expect(reconciled).toEqual(["bad", "good", "bad"]);
  expect(await metric("reconcile_errors_total")).toBe(2);
  expect(await metric("reconcile_panics_total")).toBe(0);
  expect(lines).toMatchObject([
    { controller: "things", key: "bad", err: { message: "no" }, retries: 1 },
    { controller: "things", key: "bad", retries: 2 },
  ]);
});

test.each([
  ["a TypeError", new TypeError("x is not a function")],
  ["what is no Error", "text"],
])("%s counts as a panic, too: only wrong code throws it", async (_, thrown) => {
  const { queue, clock, metric } = started(() => Promise.reject(thrown));
  queue.add("a");
  await settled();
  expect([await metric("reconcile_panics_total"), await metric("reconcile_errors_total")]).toEqual([1, 1]);
  expect(clock.waiting).toEqual([5]);
});

test("an error of the API server says itself how to go on", async () => {
  const { queue, clock, metric } = started((key) =>
    Promise.reject(
      key === "invalid"
        ? new KubernetesError("invalid", { code: 422, reason: "Invalid" })
        : new KubernetesError("busy", { code: 429, reason: "TooManyRequests", retryAfterMilliseconds: 3000 }),
    ),
  );
  queue.add("invalid");
  queue.add("busy");
  await settled();
  expect(await metric("terminal_reconcile_errors_total")).toBe(1);
  expect(clock.waiting).toEqual([3000]);
});

test("a reconcile is given an id of its own, a logger that carries it, and a deadline at which its signal aborts", async () => {
  const contexts: ReconcileContext[] = [];
  const { queue, clock, metric, lines } = started(
    async (_, context) => {
      contexts.push(context);
      await aborted(context.signal);
      throw context.signal.reason;
    },
    { deadlineMilliseconds: 1000 },
  );
  queue.add("a");
  await clock.pass(1000);
  await clock.pass(5);
  const [first, second] = contexts;
  expect(first?.signal.reason).toMatchObject({ name: "DeadlineError", message: "not done within 1 s" });
  expect([first?.deadline, second?.deadline]).toEqual([1000, 2005]);
  expect(await metric("reconcile_timeouts_total")).toBe(1);
  expect(lines).toMatchObject([{ reconcileId: first?.reconcileId, key: "a" }]);
  expect(second?.reconcileId).not.toBe(first?.reconcileId);
});

test("a reconcile that ends in time is no time-out and leaves neither timer nor listener", async () => {
  const { queue, clock, metric, signal } = started(() => Promise.resolve(DONE));
  await settled();
  const listeners = getEventListeners(signal, "abort").length;
  queue.add("a");
  await settled();
  expect(await metric("reconcile_total", ',result="success"')).toBe(1);
  expect(clock.waiting).toEqual([]);
  expect(await metric("reconcile_timeouts_total")).toBe(0);
  expect(getEventListeners(signal, "abort")).toHaveLength(listeners);
});

test("a key that was handed out in the very moment of the stop is not begun", async () => {
  const { keys, reconcile } = scripted();
  const { queue, stop } = started(reconcile);
  await settled();
  queue.add("a");
  await stop();
  expect(keys).toEqual([]);
});

test("as many keys are reconciled at once as allowed, and never one twice", async () => {
  const running: string[] = [];
  const { queue, metric, stop } = started(
    async (key, { signal }) => {
      running.push(key);
      await aborted(signal);
      return DONE;
    },
    { concurrency: 2 },
  );
  for (const key of ["a", "b", "c", "a"]) queue.add(key);
  await settled();
  queue.add("a");
  await settled();
  expect(running).toEqual(["a", "b"]);
  expect([await metric("max_concurrent_reconciles"), await metric("active_workers")]).toEqual([2, 2]);
  await stop();
  expect(await metric("active_workers")).toBe(0);
});

test("nothing is reconciled before the sources have synced", async () => {
  const source = Promise.withResolvers<void>();
  const { keys, reconcile } = scripted();
  const { queue } = started(reconcile, { sources: [SYNCED, { ...MISSING, synced: source.promise }] });
  queue.add("a");
  await settled();
  expect(keys).toEqual([]);
  source.resolve();
  await until(() => keys.length === 1);
});

test("sources that do not sync within two minutes fail the controller and are named", async () => {
  const { ended, clock, queue } = started(() => Promise.resolve(DONE), { sources: [SYNCED, MISSING] });
  clock.advance(120_000);
  await expect(ended).rejects.toThrow(SyncTimeoutError);
  await expect(ended).rejects.toThrow("controller things: not synced within 120 s: missing");
  expect(await queue.get()).toBeUndefined();
});

test("a stop while sources sync is no error", async () => {
  const { stop } = started(() => Promise.resolve(DONE), { sources: [MISSING] });
  await stop();
});

test("a controller that stops begins nothing, tells what runs, and ends after it", async () => {
  const finish = Promise.withResolvers<void>();
  const begun: string[] = [];
  let isToldToStop = false;
  const { queue, stop } = started(async (key, { signal }) => {
    begun.push(key);
    await aborted(signal);
    isToldToStop = true;
    await finish.promise;
    return DONE;
  });
  queue.add("a");
  queue.add("b");
  await settled();
  let hasEnded = false;
  const ended = stop().then(() => {
    hasEnded = true;
  });
  await settled();
  expect([isToldToStop, hasEnded]).toEqual([true, false]);
  finish.resolve();
  await ended;
  expect(begun).toEqual(["a"]);
});

test("a controller runs once", async () => {
  const { loop, stop } = started(() => Promise.resolve(DONE));
  await expect(loop.run(new AbortController().signal)).rejects.toThrow("controller things was started before");
  await stop();
});
