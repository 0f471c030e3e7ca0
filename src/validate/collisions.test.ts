import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collisionsAmong } from "./collisions.ts";

function collisions(items: readonly (readonly string[])[]) {
  const named = items.map((keys, index) => ({ name: index, keys }));
  return collisionsAmong(named, ({ keys }) => keys).map(({ item, first, earlier }) => ({
    item: item.name,
    first: first.name,
    earlier: earlier.map(({ name }) => name),
  }));
}

interface Named {
  readonly name: number;
  readonly keys: readonly string[];
}

function groupsOf(items: readonly Named[]): readonly (readonly number[])[] {
  return collisionsAmong(items, ({ keys }) => keys).map(({ item, earlier }) =>
    [item, ...earlier].map(({ name }) => name),
  );
}

describe("collisionsAmong", () => {
  it("finds nothing where no key is shared, and no item collides with itself", () => {
    expect(collisions([["a"], ["b"], ["c", "c"], []])).toEqual([]);
  });

  it("names the first item with a shared key and all earlier members of the group", () => {
    expect(collisions([["a"], ["b"], ["a"], ["c", "a"]])).toEqual([
      { item: 2, first: 0, earlier: [0] },
      { item: 3, first: 0, earlier: [0, 2] },
    ]);
  });

  it("joins items by way of others, but reports only those that share a key themselves", () => {
    expect(collisions([["a"], ["b"], ["b", "a"]])).toEqual([{ item: 2, first: 0, earlier: [0, 1] }]);
  });

  it("keeps every collision within a group that was there before items were removed or reordered", () => {
    const keys = fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f", "g"), { maxLength: 2 });
    fc.assert(
      fc.property(fc.array(keys, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (items, order) => {
        const named = items.map((itemKeys, name) => ({ name, keys: itemKeys }));
        const before = groupsOf(named).map((group) => new Set(group));
        const shuffled = named.filter(() => (order.next().value ?? 0) % 4 !== 0);
        shuffled.sort(() => ((order.next().value ?? 0) % 2) - 0.5);
        for (const group of groupsOf(shuffled)) {
          expect(before.some((known) => group.every((name) => known.has(name)))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
