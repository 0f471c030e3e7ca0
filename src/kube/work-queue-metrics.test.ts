import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { WorkQueue } from "./work-queue.ts";
import { WorkQueueMetrics } from "./work-queue-metrics.ts";

/** A queue, and what a scrape says of it: by name without `workqueue_`, the usual labels left out. */
function measuredQueue() {
  const registry = new Registry();
  const clock = new ManualClock();
  const metrics = new WorkQueueMetrics(registry);
  const queue = new WorkQueue({ name: "things", clock, metrics });
  const scrape = async () => {
    const text = (await registry.metrics()).replaceAll('name="things",controller="things"', "");
    return Object.fromEntries(
      Array.from(text.matchAll(/^workqueue_(.*) (\S+)$/gm), ([, name = "", value]) => [name, Number(value)]),
    );
  };
  return { queue, clock, scrape, metrics };
}

test("the names stand at zero before the first key", async () => {
  const { scrape } = measuredQueue();
  expect(await scrape()).toMatchObject({
    'depth{,priority="0"}': 0,
    "adds_total{}": 0,
    "retries_total{}": 0,
    "queue_duration_seconds_count{}": 0,
    "work_duration_seconds_count{}": 0,
    "unfinished_work_seconds{}": 0,
    "longest_running_processor_seconds{}": 0,
  });
});

test("depth counts what is ready by priority, dirty keys in work too, and moves with a raise", async () => {
  const { queue, scrape } = measuredQueue();
  queue.add("a", { priority: -100 });
  queue.add("b", { priority: -100 });
  queue.add("later", { delayMilliseconds: 10 });
  queue.add("b");
  expect(await scrape()).toMatchObject({ 'depth{,priority="-100"}': 1, 'depth{,priority="0"}': 1 });
  await queue.get();
  expect(await scrape()).toMatchObject({ 'depth{,priority="-100"}': 1, 'depth{,priority="0"}': 0 });
  queue.add("b");
  expect(await scrape()).toMatchObject({ 'depth{,priority="0"}': 1 });
  queue.shutDown();
  expect(await scrape()).toMatchObject({ 'depth{,priority="-100"}': 0, 'depth{,priority="0"}': 0 });
});

test("adds count keys that become ready, not those that are; retries count delayed adds", async () => {
  const { queue, clock, scrape } = measuredQueue();
  queue.add("a");
  queue.add("a");
  queue.addRateLimited("b");
  queue.add("c", { delayMilliseconds: -1 });
  expect(await scrape()).toMatchObject({ "adds_total{}": 2, "retries_total{}": 1 });
  clock.advance(5);
  expect(await scrape()).toMatchObject({ "adds_total{}": 3, "retries_total{}": 1 });
});

test("the wait in the queue and the work on a key are measured, and while it lasts, too", async () => {
  const { queue, clock, scrape } = measuredQueue();
  queue.add("a");
  clock.advance(2000);
  await queue.get();
  queue.add("b");
  await queue.get();
  clock.advance(3000);
  expect(await scrape()).toMatchObject({
    "queue_duration_seconds_sum{}": 2,
    "queue_duration_seconds_count{}": 2,
    "unfinished_work_seconds{}": 6,
    "longest_running_processor_seconds{}": 3,
  });
  queue.done("a");
  expect(await scrape()).toMatchObject({ "work_duration_seconds_sum{}": 3, "unfinished_work_seconds{}": 3 });
});

test("the wait of a delayed key begins when it is due", async () => {
  const { queue, clock, scrape } = measuredQueue();
  queue.add("a", { delayMilliseconds: 1000 });
  clock.advance(1000);
  await queue.get();
  expect(await scrape()).toMatchObject({ "queue_duration_seconds_sum{}": 0 });
});

test("a second queue of a name goes on where the first was shut down", async () => {
  const { queue, scrape, metrics } = measuredQueue();
  queue.add("a");
  queue.shutDown();
  new WorkQueue({ name: "things", clock: new ManualClock(), metrics }).add("b");
  expect(await scrape()).toMatchObject({ 'depth{,priority="0"}': 1, "adds_total{}": 2 });
});
