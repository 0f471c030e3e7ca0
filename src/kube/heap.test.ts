import fc from "fast-check";
import { expect, test } from "vitest";
import { Heap } from "./heap.ts";

interface Item {
  readonly rank: number;
  position: number;
}

test("the first of a heap is the least, however items come and leave, from its middle too", () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ type: fc.constant("push" as const), rank: fc.nat(1000) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("remove" as const), which: fc.nat() }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100, size: "max" }), (steps) => {
      const heap = new Heap<Item>((a, b) => a.rank < b.rank);
      const items: Item[] = [];
      for (const step of steps) {
        if (step.type === "push") {
          const item = { rank: step.rank, position: -1 };
          heap.push(item);
          items.push(item);
        } else {
          const [item] = items.splice(step.which % Math.max(1, items.length), 1);
          if (item) heap.remove(item);
        }
        expect(heap.size).toBe(items.length);
        expect(heap.first?.rank ?? Number.POSITIVE_INFINITY).toBe(Math.min(...items.map(({ rank }) => rank)));
      }
      const ranks: number[] = [];
      for (let first = heap.first; first; first = heap.first) {
        ranks.push(first.rank);
        heap.remove(first);
      }
      expect(ranks).toEqual(items.map(({ rank }) => rank).sort((a, b) => a - b));
    }),
  );
});

test("an item that left knows that it stands nowhere", () => {
  const heap = new Heap<Item>((a, b) => a.rank < b.rank);
  const [low, high] = [
    { rank: 1, position: -1 },
    { rank: 2, position: -1 },
  ];
  heap.push(low);
  heap.push(high);
  heap.remove(low);
  expect(low.position).toBe(-1);
  heap.clear();
  expect(high.position).toBe(-1);
  expect(heap.size).toBe(0);
});
