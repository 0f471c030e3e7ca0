import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { keptLog, settled, type Thing, thing, until } from "../../test/support/resources.ts";
import { inShort, recorder, slowClock, startInformer } from "../../test/support/started-informer.ts";
import { InformerMetrics } from "./informer-metrics.ts";
import { SharedInformer } from "./shared-informer.ts";

test("an object that cannot be taken in ends the cycle, whose list is taken in not at all; a new one lists again", async () => {
  const registry = new Registry();
  let isBroken = true;
  const { informer, clock, sinks, lines } = startInformer({
    metrics: new InformerMetrics(registry),
    transform: (object) => {
      if (isBroken && object.metadata.name === "b") throw new Error("not b");
      return object;
    },
  });
  const [first] = sinks;
  first?.replace([thing("a", 1), thing("b", 1)], "1");
  first?.handle("ADDED", thing("c", 2));
  expect([informer.hasSynced, informer.store.size]).toEqual([false, 0]);
  isBroken = false;
  await settled();
  await clock.pass(1200);
  sinks[1]?.replace([thing("a", 1), thing("b", 1)], "1");
  expect([informer.hasSynced, informer.store.size]).toEqual([true, 2]);
  expect(lines).toMatchObject([{ err: { message: "not b" }, milliseconds: 1200 }]);
  expect(await registry.metrics()).toContain('informer_restarts_total{informer="things"} 1');
});

test("a reflector that ends or throws by itself is started again, after twice as long each time up to 30 s, and jitter", async () => {
  const clock = new ManualClock();
  const { logger } = keptLog();
  const informer = new SharedInformer({ name: "things", logger, clock, random: () => 0 });
  const abort = new AbortController();
  let starts = 0;
  const ended = informer.run(() => {
    starts += 1;
    return starts === 1 ? Promise.resolve() : Promise.reject(new Error("broken"));
  }, abort.signal);
  const waits: number[] = [];
  for (const _ of [1, 2, 3, 4, 5, 6, 7]) {
    const wait = await clock.timer();
    waits.push(wait);
    await clock.pass(wait);
  }
  expect(waits).toEqual([800, 1600, 3200, 6400, 12_800, 25_600, 30_000]);
  abort.abort();
  await ended;
});

test("a long list gives way to others and shows up whole at once; what comes meanwhile waits its turn", async () => {
  const manual = new ManualClock();
  const { informer, sink } = startInformer({ clock: slowClock(manual) });
  const { seen, handler } = recorder();
  informer.addHandler(handler);
  sink.replace([thing("a", 1)], "1");
  await informer.synced;
  const many = Array.from({ length: 20 }, (_, index) => thing(`b${index}`, 2));
  sink.replace(many, "5");
  sink.handle("MODIFIED", thing("b0", 6));
  sink.bookmark("7");
  const sizes = new Set<number>();
  let turns = 0;
  for (; informer.resourceVersion !== "7" && turns < 1000; turns += 1) {
    sizes.add(informer.store.size);
    await settled();
  }
  expect(turns).toBeGreaterThan(20);
  expect([...sizes]).toEqual([1, 20]);
  await until(() => seen.length === 23);
  expect([...seen.slice(0, 2), ...seen.slice(-1)]).toEqual(["+a@1 initial", "-a@1?", "~b0@2>6"]);
});

test("a handler that comes in the middle of a long list is told of each object once", async () => {
  const manual = new ManualClock();
  const { informer, sink } = startInformer({ clock: slowClock(manual) });
  const many = Array.from({ length: 5 }, (_, index) => thing(`b${index}`, 2));
  const recorders: string[][] = [];
  sink.replace(many, "5");
  for (let turn = 0; turn < 30; turn += 1) {
    const { seen, handler } = recorder();
    recorders.push(seen);
    informer.addHandler(handler);
    await settled();
  }
  const expected = many.map(({ metadata: { name } }) => `+${name}@2 initial`);
  await until(() => recorders.every((seen) => seen.length === 5));
  for (const seen of recorders) expect(seen).toEqual(expected);
});

test("an informer that stops lets its handlers finish what waits, and then takes nothing more", async () => {
  const { informer, sink, stop } = startInformer();
  const seen: string[] = [];
  informer.addHandler(async (change) => {
    await settled();
    seen.push(inShort(change));
  });
  sink.replace([thing("a", 1), thing("b", 1)], "1");
  await stop();
  sink.handle("ADDED", thing("c", 2));
  await settled();
  expect(seen).toEqual(["+a@1 initial", "+b@1 initial"]);
  expect(informer.store.size).toBe(2);
});

test("an informer that stops in the middle of a long list takes in nothing of it", async () => {
  const { informer, sink, stop } = startInformer({ clock: slowClock(new ManualClock()) });
  sink.replace([thing("a", 1), thing("b", 1)], "1");
  sink.handle("ADDED", thing("c", 2));
  await stop();
  for (let turn = 0; turn < 20; turn += 1) await settled();
  expect([informer.hasSynced, informer.store.size]).toEqual([false, 0]);
});

test("what waited behind a list that could not be taken in is not taken in either", async () => {
  const manual = new ManualClock();
  const { informer, sink, sinks } = startInformer({
    clock: slowClock(manual),
    transform: (object) => {
      if (object.metadata.name === "b") throw new Error("not b");
      return object;
    },
  });
  sink.replace([thing("a", 1), thing("b", 1)], "1");
  sink.handle("ADDED", thing("c", 2));
  await until(() => manual.waiting.length === 1);
  for (let turn = 0; turn < 20; turn += 1) await settled();
  expect([informer.hasSynced, informer.store.size]).toEqual([false, 0]);
  manual.advance(1200);
  await until(() => sinks.length === 2);
  sinks[1]?.replace([thing("a", 1)], "3");
  await informer.synced;
  expect(informer.store.size).toBe(1);
});

test("an informer that stops waits 5 s for a handler that hangs, and names it", async () => {
  const { informer, sink, clock, lines, stop } = startInformer();
  informer.addHandler(() => new Promise(() => {}), { name: "hung" });
  informer.addHandler(() => {}, { name: "quick" });
  sink.replace([thing("a", 1)], "1");
  const stopped = stop();
  expect(await clock.timer()).toBe(5000);
  clock.advance(5000);
  await stopped;
  expect(lines).toMatchObject([{ handlers: ["hung"] }]);
});

test("a stopped informer takes no handler and no indexer, and none runs twice", async () => {
  const { informer, stop } = startInformer();
  const { signal } = new AbortController();
  await expect(informer.run(() => Promise.resolve(), signal)).rejects.toThrow("informer things was started before");
  await stop();
  expect(() => informer.addHandler(() => {})).toThrow("informer things has stopped");
  expect(() => informer.addIndexer({ name: "x", valuesOf: () => [] })).toThrow("informer things has stopped");
});

test("a reflector that ran for more than two minutes is started again as soon as after a first failure", async () => {
  const clock = new ManualClock();
  const informer = new SharedInformer<Thing>({ name: "things", logger: keptLog().logger, clock, random: () => 0 });
  const abort = new AbortController();
  const runs: number[] = [0, 0, 120_001, 0];
  const ended = informer.run(() => {
    clock.advance(runs.shift() ?? 0);
    return Promise.resolve();
  }, abort.signal);
  const waits: number[] = [];
  while (waits.length < 4) {
    const wait = await clock.timer();
    waits.push(wait);
    clock.advance(wait);
  }
  expect(waits).toEqual([800, 1600, 800, 1600]);
  abort.abort();
  await ended;
});

test("an informer that stopped leaves no timer behind", async () => {
  const { informer, clock, stop } = startInformer();
  informer.addHandler(() => {}, { resyncMilliseconds: 10_000 });
  await stop();
  expect(clock.waiting).toEqual([]);
});
