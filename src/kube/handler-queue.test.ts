import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { keptLog, settled, type Thing, thing, until } from "../../test/support/resources.ts";
import { slowClock } from "../../test/support/started-informer.ts";
import type { Change, ChangeHandler } from "./change.ts";
import { type Batch, HandlerQueue } from "./handler-queue.ts";

function queueOf(handler: ChangeHandler<Thing>, clock = slowClock(new ManualClock())) {
  const metrics = { pending: { value: 0 }, failures: { value: 0 } };
  return { queue: new HandlerQueue({ name: "test", handler, metrics, clock, logger: keptLog().logger }), metrics };
}

function batchOf(count: number): Batch<Thing> {
  const changes = Array.from(
    { length: count },
    (_, index): Change<Thing> => ({
      type: "added",
      key: `default/${index}`,
      object: thing(String(index), 1),
      isInInitialList: true,
    }),
  );
  return { size: count, changes, endsInitialList: true };
}

test("who has much to tell gives way to others when a slice is over", async () => {
  const told: string[] = [];
  const { queue } = queueOf(({ key }) => void told.push(key));
  queue.push(batchOf(20));
  const steps: number[] = [];
  while (told.length < 20) {
    const before = told.length;
    await settled();
    steps.push(told.length - before);
  }
  expect(Math.max(...steps)).toBeLessThanOrEqual(2); // on this clock each look takes longer than a slice
});

test("what fits into a slice is told in one go", async () => {
  let told = 0;
  const { queue } = queueOf(() => {
    told += 1;
  }, new ManualClock());
  queue.push(batchOf(20));
  expect(told).toBe(0); // whoever pushes goes first
  await queue.close();
  expect(told).toBe(20);
});

test("a queue that is discarded counts nothing as waiting and never syncs", async () => {
  const running = Promise.withResolvers<void>();
  const { queue, metrics } = queueOf(() => running.promise);
  queue.push(batchOf(3));
  queue.push(batchOf(2));
  await settled();
  expect(metrics.pending.value).toBe(4);
  const ended = queue.discard();
  running.resolve();
  await ended;
  expect([metrics.pending.value, queue.hasSynced, queue.isIdle]).toEqual([0, false, true]);
});

test("a closed queue takes nothing more and tells what waits", async () => {
  const keys: string[] = [];
  const { queue, metrics } = queueOf(({ key }) => void keys.push(key));
  queue.push(batchOf(2));
  const ended = queue.close();
  queue.push(batchOf(5));
  await ended;
  expect([keys, metrics.pending.value]).toEqual([["default/0", "default/1"], 0]);
  await until(() => queue.hasSynced);
});
