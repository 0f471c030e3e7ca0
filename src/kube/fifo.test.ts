import fc from "fast-check";
import { expect, test } from "vitest";
import { Fifo } from "./fifo.ts";

test("a fifo gives things back in the order in which they came, however gives and takes alternate", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer())), (steps) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      for (const step of steps) {
        const [got, due] = step === null ? [fifo.shift(), model.shift()] : [fifo.push(step), void model.push(step)];
        expect(got).toBe(due);
        expect(fifo.length).toBe(model.length);
      }
    }),
  );
});

test("a cleared fifo is empty", () => {
  const fifo = new Fifo<number>();
  fifo.push(1);
  fifo.push(2);
  fifo.shift();
  fifo.push(3);
  fifo.clear();
  expect(fifo.shift()).toBeUndefined();
});
