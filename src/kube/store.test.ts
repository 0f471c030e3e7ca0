import fc from "fast-check";
import { expect, test } from "vitest";
import { type Thing, thing } from "../../test/support/resources.ts";
import { deepFreeze } from "./deep-freeze.ts";
import type { Indexer } from "./object-index.ts";
import { keyOf } from "./resource.ts";
import { Store } from "./store.ts";

/** A thing of color `red blue` is found under both. */
const byColor: Indexer<Thing> = { name: "color", valuesOf: ({ color }) => color?.split(" ") ?? [] };

const byNamespace: Indexer<Thing> = {
  name: "namespace",
  valuesOf: ({ metadata: { namespace } }) => (namespace === undefined ? [] : [namespace]),
};

function storeOf(...things: readonly Thing[]): Store<Thing> {
  const store = new Store<Thing>([byColor, byNamespace]);
  for (const one of things) store.set(keyOf(one), one);
  return store;
}

function names(things: readonly Thing[]): readonly string[] {
  return things.map(({ metadata: { name } }) => name).sort();
}

test("an object is found under each of its values, and once however often it has one", () => {
  const store = storeOf(thing("a", 1, { color: "red blue red" }), thing("b", 1, { color: "blue" }), thing("c", 1));
  expect(names(store.byIndex("color", "red"))).toEqual(["a"]);
  expect(names(store.byIndex("color", "blue"))).toEqual(["a", "b"]);
  expect(store.byIndex("color", "green")).toEqual([]);
});

test("a changed object moves from its old values to its new ones, and the old state is given back", () => {
  const store = storeOf(thing("a", 1, { color: "red blue" }));
  expect(store.set("default/a", thing("a", 2, { color: "blue green" }))?.color).toBe("red blue");
  expect([...store.indexValues("color")].sort()).toEqual(["blue", "green"]);
  expect(store.byIndex("color", "blue")).toEqual([store.get("default/a")]);
});

test("a value that no object has any more is forgotten", () => {
  const store = storeOf(thing("a", 1, { color: "red" }), thing("b", 1, { color: "red" }));
  store.delete("default/a");
  expect(store.indexValues("color")).toEqual(["red"]);
  store.delete("default/b");
  expect(store.indexValues("color")).toEqual([]);
});

test("an index that is added late holds the objects that were there before", () => {
  const store = new Store<Thing>();
  store.set("default/a", thing("a", 1, { color: "red" }));
  store.addIndexer(byColor);
  expect(names(store.byIndex("color", "red"))).toEqual(["a"]);
});

test("an index whose name is taken, or that nobody added, is a fault that names it", () => {
  const store = storeOf();
  expect(() => store.addIndexer(byColor)).toThrow("there is an index color already");
  expect(() => store.byIndex("size", "1")).toThrow("there is no index size; there are: color, namespace");
});

test("an indexer that throws leaves the object and every index as they were", () => {
  const store = storeOf(thing("a", 1, { color: "red" }));
  store.addIndexer({
    name: "picky",
    valuesOf: ({ color = "" }) => {
      if (color === "black") throw new Error("not black");
      return [color];
    },
  });
  expect(() => store.set("default/a", thing("a", 2, { color: "black" }))).toThrow("not black");
  expect(store.get("default/a")?.color).toBe("red");
  expect(store.indexValues("color")).toEqual(["red"]);
  expect(store.indexValues("picky")).toEqual(["red"]);
});

test("a draft is swapped in with exact indices, one that was added meanwhile included", () => {
  const store = storeOf(thing("a", 1, { color: "red" }));
  const draft = store.draft();
  draft.set("default/b", thing("b", 1, { color: "blue" }));
  store.addIndexer({ name: "first letter", valuesOf: ({ metadata }) => [metadata.name.slice(0, 1)] });
  expect(names(store.list())).toEqual(["a"]);
  store.swap(draft);
  expect(names(store.list())).toEqual(["b"]);
  expect(store.indexValues("color")).toEqual(["blue"]);
  expect(store.indexValues("first letter")).toEqual(["b"]);
});

test("after any sequence of changes each index says what a search of all objects says", () => {
  const colors = fc.subarray(["red", "blue", "green"]).map((some) => some.join(" "));
  const namespaces = fc.constantFrom("default", "other");
  const object = fc
    .record({ name: fc.constantFrom("a", "b", "c", "d"), namespace: namespaces, color: colors })
    .map(({ name, namespace, color }) => thing(name, 1, { namespace, color }));
  const step = fc.oneof(
    fc.record({ type: fc.constant("set" as const), object }),
    fc.record({ type: fc.constant("delete" as const), object }),
    fc.record({ type: fc.constant("swap" as const), objects: fc.array(object) }),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const store = storeOf();
      for (const step of steps) {
        if (step.type === "set") store.set(keyOf(step.object), step.object);
        else if (step.type === "delete") store.delete(keyOf(step.object));
        else {
          const draft = store.draft();
          for (const object of step.objects) draft.set(keyOf(object), object);
          store.swap(draft);
        }
        for (const indexer of [byColor, byNamespace]) {
          const all = new Set(store.list().flatMap((one) => [...indexer.valuesOf(one)]));
          expect(new Set(store.indexValues(indexer.name))).toEqual(all);
          for (const value of all) {
            const found = store.list().filter((one) => new Set(indexer.valuesOf(one)).has(value));
            expect(new Set(store.byIndex(indexer.name, value))).toEqual(new Set(found));
          }
        }
      }
    }),
  );
});

test("a list is not changed by what happens to the store after it was asked for", () => {
  const store = storeOf(thing("a", 1));
  const list = store.list();
  store.delete("default/a");
  expect(names(list)).toEqual(["a"]);
});

test("a frozen object cannot be changed at any depth", () => {
  const frozen = deepFreeze(thing("a", 1, { labels: { team: "x" }, ownerReferences: [] }));
  expect(() => Object.assign(frozen.metadata.labels ?? {}, { team: "y" })).toThrow(TypeError);
  expect(() => Object.assign(frozen, { color: "red" })).toThrow(TypeError);
});
