import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { settled, thing, until } from "../../test/support/resources.ts";
import { inShort, recorder, startInformer } from "../../test/support/started-informer.ts";
import { InformerMetrics } from "./informer-metrics.ts";

test("a handler has synced when it has finished with all that there was", async () => {
  const { informer, sink } = startInformer();
  const slow = Promise.withResolvers<void>();
  const registration = informer.addHandler(() => slow.promise);
  sink.replace([thing("a", 1)], "1");
  await settled();
  expect(registration.hasSynced).toBe(false);
  slow.resolve();
  await registration.synced;
  expect(registration.hasSynced).toBe(true);
});

test("a handler of an empty list has synced, too", async () => {
  const { informer, sink } = startInformer();
  const early = informer.addHandler(() => {});
  sink.replace([], "1");
  const late = informer.addHandler(() => {});
  await Promise.all([early.synced, late.synced]);
});

test("a late handler is told of what there is as initial, then of each later change once", async () => {
  const { informer, sink } = startInformer();
  sink.replace([thing("a", 1), thing("b", 1)], "1");
  sink.handle("MODIFIED", thing("a", 2));
  const { seen, handler } = recorder();
  informer.addHandler(handler);
  sink.handle("DELETED", thing("b", 3));
  await settled();
  expect(seen).toEqual(["+a@2 initial", "+b@1 initial", "-b@3"]);
});

test("a handler that is added by another handler in the middle of a batch misses and doubles nothing", async () => {
  const { informer, sink } = startInformer();
  const { seen, handler } = recorder();
  informer.addHandler((change) => {
    if (change.key === "default/b") informer.addHandler(handler);
  });
  sink.replace([thing("a", 1), thing("b", 1), thing("c", 1)], "1");
  await settled();
  sink.handle("MODIFIED", thing("c", 2));
  await settled();
  expect(seen).toEqual(["+a@1 initial", "+b@1 initial", "+c@1 initial", "~c@1>2"]);
});

test("a handler that throws or rejects is counted and logged, and told of what comes next", async () => {
  const registry = new Registry();
  const { informer, sink, lines } = startInformer({ metrics: new InformerMetrics(registry) });
  const seen: string[] = [];
  informer.addHandler(
    (change) => {
      seen.push(inShort(change));
      if (change.key === "default/a") throw new Error("no a");
      return change.key === "default/b" ? Promise.reject(new Error("no b")) : undefined;
    },
    { name: "picky" },
  );
  sink.replace([thing("a", 1), thing("b", 1), thing("c", 1)], "1");
  await settled();
  expect(seen).toEqual(["+a@1 initial", "+b@1 initial", "+c@1 initial"]);
  expect(await registry.metrics()).toContain('informer_handler_failures_total{informer="things",handler="picky"} 2');
  expect(lines.map(({ key, handler }) => [key, handler])).toEqual([
    ["default/a", "picky"],
    ["default/b", "picky"],
  ]);
});

test("a handler that hangs delays neither the store nor another handler, and its backlog is measured", async () => {
  const registry = new Registry();
  const { informer, sink } = startInformer({ metrics: new InformerMetrics(registry) });
  const { seen, handler } = recorder();
  informer.addHandler(() => new Promise(() => {}), { name: "hung" });
  informer.addHandler(handler, { name: "quick" });
  sink.replace([thing("a", 1), thing("b", 1)], "1");
  sink.handle("MODIFIED", thing("a", 2));
  await settled();
  expect(seen).toEqual(["+a@1 initial", "+b@1 initial", "~a@1>2"]);
  const text = await registry.metrics();
  expect(text).toContain('informer_handler_pending_changes{informer="things",handler="hung"} 2');
  expect(text).toContain('informer_handler_pending_changes{informer="things",handler="quick"} 0');
  expect(text).toContain('informer_objects{informer="things"} 2');
});

test("a handler is told of one change at a time, in their order", async () => {
  const { informer, sink } = startInformer();
  const seen: string[] = [];
  let isBusy = false;
  informer.addHandler(async (change) => {
    expect(isBusy).toBe(false);
    isBusy = true;
    await settled();
    seen.push(inShort(change));
    isBusy = false;
  });
  sink.replace([thing("a", 1)], "1");
  const { synced } = informer.addHandler(() => {});
  await synced;
  for (const version of [2, 3, 4]) sink.handle("MODIFIED", thing("a", version));
  await until(() => seen.length === 4);
  expect(seen).toEqual(["+a@1 initial", "~a@1>2", "~a@2>3", "~a@3>4"]);
});

test("a removed handler is called no more, not even with what waited; removing again is no fault", async () => {
  const { informer, sink } = startInformer();
  const running = Promise.withResolvers<void>();
  const seen: string[] = [];
  const registration = informer.addHandler((change) => {
    seen.push(inShort(change));
    return running.promise;
  });
  sink.replace([thing("a", 1), thing("b", 1)], "1");
  await settled();
  let isRemoved = false;
  const removed = registration.remove().then(() => {
    isRemoved = true;
  });
  sink.handle("MODIFIED", thing("a", 2));
  await settled();
  expect(isRemoved).toBe(false); // its call is still running
  running.resolve();
  await removed;
  await registration.remove();
  expect(seen).toEqual(["+a@1 initial"]);
});

test("a resync shows a handler every object of the store again, and no other handler", async () => {
  const { informer, sink, clock } = startInformer();
  const [often, never] = [recorder(), recorder()];
  informer.addHandler(often.handler, { resyncMilliseconds: 10_000 });
  informer.addHandler(never.handler);
  sink.replace([thing("a", 1), thing("b", 1)], "1");
  await clock.pass(20_000);
  expect(often.seen.slice(2)).toEqual(["~a@1>1*", "~b@1>1*", "~a@1>1*", "~b@1>1*"]);
  expect(never.seen).toHaveLength(2);
});

test("a resync waits for the first list, and a handler that is not through with one is given no other", async () => {
  const { informer, sink, clock } = startInformer();
  const seen: string[] = [];
  const hang = Promise.withResolvers<void>();
  informer.addHandler(
    (change) => {
      seen.push(inShort(change));
      return change.type === "updated" ? hang.promise : undefined;
    },
    { resyncMilliseconds: 10_000 },
  );
  sink.handle("ADDED", thing("a", 1));
  await clock.pass(10_000);
  expect(seen).toEqual(["+a@1 initial"]);
  sink.replace([thing("a", 1), thing("b", 1)], "1");
  await clock.pass(50_000);
  hang.resolve();
  await until(() => seen.length === 4);
  expect(seen).toEqual(["+a@1 initial", "+b@1 initial", "~a@1>1*", "~b@1>1*"]);
});

test("a resync comes at most once a second, and after its period give or take a tenth", () => {
  const { informer, clock } = startInformer({ random: () => 0 });
  informer.addHandler(() => {}, { resyncMilliseconds: 1 });
  informer.addHandler(() => {}, { resyncMilliseconds: 36_000_000 });
  expect(clock.waiting).toEqual([900, 32_400_000]);
});

test("a removed handler leaves no timer behind", async () => {
  const { informer, clock } = startInformer();
  await informer.addHandler(() => {}, { resyncMilliseconds: 1000 }).remove();
  expect(clock.waiting).toEqual([]);
});

test("a handler that changes an object fails where objects are frozen", async () => {
  const { informer, sink, lines } = startInformer();
  informer.addHandler(({ object }) => void Object.assign(object, { color: "mine" }));
  sink.replace([thing("a", 1)], "1");
  await settled();
  expect(lines).toHaveLength(1);
});
