import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { settled } from "../../test/support/resources.ts";
import { ExponentialBackoff, StrictestLimiter, TokenBucket } from "./rate-limiter.ts";
import { WorkQueue, type WorkQueueOptions } from "./work-queue.ts";

function queueOf(options: Partial<WorkQueueOptions> = {}) {
  const clock = new ManualClock();
  return { clock, queue: new WorkQueue({ name: "things", clock, ...options }) };
}

/** The keys that are ready, taken and done in turn. */
async function takeAll(queue: WorkQueue): Promise<readonly string[]> {
  const keys: string[] = [];
  while (queue.size > 0) {
    const item = await queue.get();
    if (item === undefined) break;
    keys.push(item.key);
    queue.done(item.key);
  }
  return keys;
}

/** Whether a promise has settled, once all that can happen has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let isSettled = false;
  void promise.then(() => {
    isSettled = true;
  });
  await settled();
  return isSettled;
}

test("a key that is queued already is not queued again", async () => {
  const { queue } = queueOf();
  for (const key of ["a", "b", "a"]) queue.add(key);
  expect(queue.size).toBe(2);
  expect(await takeAll(queue)).toEqual(["a", "b"]);
});

test("a key that is added while it is in work comes again once when that is done, at the tail", async () => {
  const { queue } = queueOf();
  queue.add("a");
  await queue.get();
  for (const key of ["a", "b", "a", "a"]) queue.add(key);
  expect((await queue.get())?.key).toBe("b");
  const next = queue.get();
  expect(await isSettled(next)).toBe(false); // "a" is still in work
  queue.done("a");
  expect((await next)?.key).toBe("a");
  queue.done("a");
  queue.done("b");
  expect(queue.size).toBe(0);
});

test("a key in work holds up no other key", async () => {
  const { queue } = queueOf();
  queue.add("a", { priority: 10 });
  await queue.get();
  queue.add("a", { priority: 10 });
  queue.add("b");
  expect((await queue.get())?.key).toBe("b");
});

test("keys come in the order in which they were added, to workers in the order in which they asked", async () => {
  const { queue } = queueOf();
  const [first, second] = [queue.get(), queue.get()];
  queue.add("b");
  queue.add("a");
  expect([(await first)?.key, (await second)?.key]).toEqual(["b", "a"]);
});

test("a higher priority comes first, whatever came before it, and is told to the worker", async () => {
  const { queue } = queueOf();
  queue.add("initial", { priority: -100 });
  queue.add("usual");
  queue.add("urgent", { priority: 5 });
  queue.add("usual too");
  expect(await queue.get()).toEqual({ key: "urgent", priority: 5 });
  expect(await takeAll(queue)).toEqual(["usual", "usual too", "initial"]);
});

test("a key that is added again with a higher priority moves to the tail of that; a lower one changes nothing", async () => {
  const { queue } = queueOf();
  queue.add("a", { priority: -100 });
  queue.add("b");
  queue.add("a");
  queue.add("b", { priority: -100 });
  queue.add("c");
  expect(await takeAll(queue)).toEqual(["b", "a", "c"]);
});

test("a key that is added while it is in work keeps the highest priority with which it was", async () => {
  const { queue } = queueOf();
  queue.add("a");
  await queue.get();
  queue.add("a", { priority: -100 });
  queue.add("a", { priority: 3 });
  queue.done("a");
  expect(await queue.get()).toEqual({ key: "a", priority: 3 });
});

test("a delayed key is not ready before its time, and comes in its turn then", async () => {
  const { queue, clock } = queueOf();
  queue.add("later", { delayMilliseconds: 1000 });
  const item = queue.get();
  clock.advance(999);
  expect([await isSettled(item), queue.size]).toEqual([false, 0]);
  clock.advance(1);
  expect((await item)?.key).toBe("later");
});

test("a delay of nothing or less is none", async () => {
  const { queue, clock } = queueOf();
  queue.add("a", { delayMilliseconds: 0 });
  queue.add("b", { delayMilliseconds: -5 });
  expect(clock.waiting).toEqual([]);
  expect(await takeAll(queue)).toEqual(["a", "b"]);
});

test.each([
  ["sooner", 100, 50],
  ["later", 50, 100],
])("of two delays of a key the earlier one counts: the second is %s", (_, first, second) => {
  const { queue, clock } = queueOf();
  queue.add("a", { delayMilliseconds: first });
  queue.add("a", { delayMilliseconds: second });
  clock.advance(49);
  expect(queue.size).toBe(0);
  clock.advance(1);
  expect(queue.size).toBe(1);
  clock.advance(1000);
  expect(queue.size).toBe(1);
});

test("a delayed key that is added without a delay is ready at once, and not again later", async () => {
  const { queue, clock } = queueOf();
  queue.add("a", { delayMilliseconds: 100 });
  queue.add("a");
  expect(await takeAll(queue)).toEqual(["a"]);
  expect(clock.waiting).toEqual([]);
});

test("a delay of a key that is ready is none", () => {
  const { queue, clock } = queueOf();
  queue.add("a");
  queue.add("a", { delayMilliseconds: 100 });
  expect([queue.size, clock.waiting]).toEqual([1, []]);
});

test("a delayed key that falls due while it is in work waits for that", async () => {
  const { queue, clock } = queueOf();
  queue.add("a");
  await queue.get();
  queue.add("a", { delayMilliseconds: 10 });
  clock.advance(10);
  const again = queue.get();
  expect(await isSettled(again)).toBe(false);
  queue.done("a");
  expect((await again)?.key).toBe("a");
});

test("keys that fall due at one moment come by priority", async () => {
  const { queue, clock } = queueOf();
  const item = queue.get();
  queue.add("usual", { delayMilliseconds: 10 });
  queue.add("urgent", { delayMilliseconds: 10, priority: 1 });
  clock.advance(10);
  expect((await item)?.key).toBe("urgent");
});

test("one timer serves all delays, and none is longer than Node's can be", () => {
  const { queue, clock } = queueOf();
  const year = 365 * 24 * 3_600_000;
  for (const [key, delayMilliseconds] of Object.entries({ a: year, b: year + 1, c: year - 1 }))
    queue.add(key, { delayMilliseconds });
  expect(clock.waiting).toEqual([2 ** 31 - 1]);
  clock.advance(year - 1);
  expect([queue.size, clock.waiting]).toEqual([1, [1]]);
});

test("a failed key waits twice as long each time until it is forgotten", () => {
  const { queue, clock } = queueOf();
  const waits: (number | undefined)[] = [];
  for (const forgetful of [false, false, false, true]) {
    if (forgetful) queue.forget("a");
    queue.addRateLimited("a");
    waits.push(clock.waiting[0]);
    expect(queue.retries("a")).toBeGreaterThan(0);
    clock.advance(100);
    void queue.get();
    queue.done("a");
  }
  expect(waits).toEqual([5, 10, 20, 5]);
});

test("a failed key waits for as long as it was asked to, where that is longer", () => {
  const { queue, clock } = queueOf();
  queue.addRateLimited("a", { delayMilliseconds: 3000 });
  queue.addRateLimited("b", { delayMilliseconds: 1 });
  clock.advance(5);
  expect(queue.size).toBe(1);
  clock.advance(2995);
  expect(queue.size).toBe(2);
});

test("a limit over all keys spreads the retries of many", () => {
  const clock = new ManualClock();
  const bucket = new TokenBucket(clock, { perSecond: 10, burst: 1 });
  const { queue } = {
    queue: new WorkQueue({
      name: "things",
      clock,
      rateLimiter: new StrictestLimiter([new ExponentialBackoff(), bucket]),
    }),
  };
  for (const key of ["a", "b", "c"]) queue.addRateLimited(key);
  clock.advance(5);
  expect(queue.size).toBe(1);
  clock.advance(195);
  expect(queue.size).toBe(3);
});

test("forgetting a key does not end the work on it, nor does the end of the work forget it", async () => {
  const { queue } = queueOf();
  queue.add("a");
  await queue.get();
  queue.addRateLimited("a");
  queue.done("a");
  expect(queue.retries("a")).toBe(1);
  queue.add("a");
  await queue.get();
  queue.forget("a");
  queue.add("a");
  expect(await isSettled(queue.get())).toBe(false);
});

test("the end of work that nobody began is no fault", () => {
  const { queue } = queueOf();
  queue.add("a");
  queue.done("a");
  expect(queue.size).toBe(1);
});

test("a queue that drains takes nothing more, drops what is delayed, and hands out the rest", async () => {
  const { queue, clock } = queueOf();
  queue.add("a");
  await queue.get();
  for (const key of ["a", "b"]) queue.add(key);
  queue.add("later", { delayMilliseconds: 10 });
  const drained = queue.drain();
  queue.add("c");
  queue.addRateLimited("d");
  expect([clock.waiting, queue.retries("d")]).toEqual([[], 0]);
  expect((await queue.get())?.key).toBe("b");
  queue.done("b");
  expect(await isSettled(drained)).toBe(false);
  queue.done("a");
  expect((await queue.get())?.key).toBe("a"); // dirty before the drain
  expect(await isSettled(drained)).toBe(false);
  queue.done("a");
  await drained;
  expect(await queue.get()).toBeUndefined();
});

test("a queue that is shut down hands nothing out, and sends away all who wait", async () => {
  const { queue } = queueOf();
  const waiting = queue.get();
  queue.shutDown();
  queue.add("a");
  expect([await waiting, await queue.get(), queue.size]).toEqual([undefined, undefined, 0]);
});

test("shutting down ends the wait for a drain; a drain after it does not wait", async () => {
  const { queue } = queueOf();
  queue.add("a");
  queue.add("b");
  await queue.get();
  const drained = queue.drain();
  queue.shutDown();
  await drained;
  await queue.drain();
  expect(await queue.get()).toBeUndefined();
});
