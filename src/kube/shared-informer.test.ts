import { expect, test } from "vitest";
import { settled, type Thing, thing } from "../../test/support/resources.ts";
import { recorder, startInformer } from "../../test/support/started-informer.ts";

test("an update brings the old and the new object, and the store holds the new one before a handler hears", async () => {
  const { informer, sink } = startInformer();
  const seen: unknown[] = [];
  informer.addHandler((change) => {
    if (change.type === "updated") seen.push([change.old, change.object, informer.store.get(change.key)]);
  });
  sink.replace([thing("a", 1)], "1");
  sink.handle("MODIFIED", thing("a", 2));
  await settled();
  expect(seen).toEqual([[thing("a", 1), thing("a", 2), thing("a", 2)]]);
});

test("an event is in the store and in the indices as soon as it was handed over", () => {
  const byColor = { name: "color", valuesOf: ({ color = "none" }: Thing) => [color] };
  const { informer, sink } = startInformer({ indexers: [byColor] });
  sink.replace([thing("a", 1, { color: "red" })], "1");
  sink.handle("MODIFIED", thing("a", 2, { color: "blue" }));
  expect(informer.store.indexValues("color")).toEqual(["blue"]);
});

test("what an event means depends on what is known, not on what it is called", async () => {
  const { informer, sink } = startInformer();
  const { seen, handler } = recorder();
  informer.addHandler(handler);
  sink.replace([thing("a", 1)], "1");
  sink.handle("ADDED", thing("a", 2));
  sink.handle("MODIFIED", thing("b", 3));
  sink.handle("DELETED", thing("c", 4));
  await settled();
  expect(seen).toEqual(["+a@1 initial", "~a@1>2", "+b@3", "-c@4"]);
});

test("an event that comes twice is told once", async () => {
  const { informer, sink } = startInformer();
  const { seen, handler } = recorder();
  informer.addHandler(handler);
  sink.replace([], "1");
  for (const _ of [1, 2]) sink.handle("ADDED", thing("a", 2));
  await settled();
  expect(seen).toEqual(["+a@2"]);
});

test("a deletion carries the object with the resource version of the deletion", async () => {
  const { informer, sink } = startInformer();
  const { seen, handler } = recorder();
  informer.addHandler(handler);
  sink.replace([thing("a", 1)], "1");
  sink.handle("DELETED", thing("a", 9));
  await settled();
  expect(seen.at(-1)).toBe("-a@9");
  expect(informer.store.size).toBe(0);
});

test("a list tells deletions first, as last known and final state unknown, then the rest in its order", async () => {
  const { informer, sink } = startInformer();
  const { seen, handler } = recorder();
  sink.replace([thing("a", 1), thing("b", 1), thing("c", 1)], "1");
  informer.addHandler(handler);
  await settled();
  seen.length = 0;
  sink.replace([thing("d", 3), thing("c", 2)], "5");
  await settled();
  expect(seen).toEqual(["-a@1?", "-b@1?", "+d@3", "~c@1>2"]);
});

test("a list tells nothing of what has not changed, and keeps the very object", async () => {
  const { informer, sink } = startInformer();
  const { seen, handler } = recorder();
  sink.replace([thing("a", 1)], "1");
  informer.addHandler(handler);
  const kept = informer.store.get("default/a");
  sink.replace([thing("a", 1)], "5");
  await settled();
  expect(seen).toEqual(["+a@1 initial"]);
  expect(informer.store.get("default/a")).toBe(kept);
});

test("an object deleted and made again while away is one update that says so", async () => {
  const { informer, sink } = startInformer();
  const { seen, handler } = recorder();
  informer.addHandler(handler);
  sink.replace([thing("a", 1, { uid: "first" })], "1");
  sink.replace([thing("a", 4, { uid: "second" })], "5");
  await settled();
  expect(seen).toEqual(["+a@1 initial", "~a@1>4!"]);
});

test("only what was there at the start is initial: what a later list finds is new", async () => {
  const { informer, sink } = startInformer();
  const { seen, handler } = recorder();
  informer.addHandler(handler);
  sink.replace([thing("a", 1)], "1");
  sink.replace([thing("a", 1), thing("b", 2)], "5");
  await settled();
  expect(seen).toEqual(["+a@1 initial", "+b@2"]);
});

test("an informer has synced with its first list, an empty one too", async () => {
  const { informer, sink } = startInformer();
  let isSynced = false;
  void informer.synced.then(() => {
    isSynced = true;
  });
  sink.handle("ADDED", thing("a", 1));
  await settled();
  expect([informer.hasSynced, isSynced]).toEqual([false, false]);
  sink.replace([], "1");
  expect(informer.hasSynced).toBe(true);
  await informer.synced;
});

test("each object is transformed once: in a list, in an event, not when it is told again", async () => {
  const transformed: string[] = [];
  const { informer, sink, clock } = startInformer({
    transform: (object) => {
      transformed.push(`${object.metadata.name}@${object.metadata.resourceVersion}`);
      return { ...object, color: "seen" };
    },
  });
  informer.addHandler(() => {}, { resyncMilliseconds: 1000 });
  sink.replace([thing("a", 1), thing("b", 1)], "1");
  sink.handle("MODIFIED", thing("a", 2));
  sink.replace([thing("a", 2), thing("b", 3)], "5");
  sink.replace([], "6");
  await clock.pass(1000);
  expect(transformed).toEqual(["a@1", "b@1", "a@2", "b@3"]);
});

test("managed fields are dropped unless a transform says otherwise", () => {
  const { informer, sink } = startInformer();
  const object = thing("a", 1);
  sink.replace([{ ...object, metadata: { ...object.metadata, managedFields: [] } as Thing["metadata"] }], "1");
  expect(informer.store.get("default/a")).toEqual(object);
});

test("a bookmark moves the resource version and is told to nobody", async () => {
  const { informer, sink, clock } = startInformer();
  const { seen, handler } = recorder();
  informer.addHandler(handler);
  sink.replace([], "1");
  sink.handle("ADDED", thing("a", 3));
  expect([informer.resourceVersion, informer.heardAt]).toEqual(["3", 0]);
  clock.advance(60_000);
  sink.bookmark("9");
  await settled();
  expect([informer.resourceVersion, informer.heardAt]).toEqual(["9", 60_000]);
  expect(seen).toEqual(["+a@3"]);
});
