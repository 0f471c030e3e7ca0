import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { TimeSlice } from "./time-slice.ts";

test("work rests for one turn of the event loop when others had little to do in it", async () => {
  const loop = new BusyLoop([1]);
  await new TimeSlice(loop.clock).rest();
  expect(loop.turns).toBe(1);
});

test("work rests until others have worked off what had come together", async () => {
  const loop = new BusyLoop([30, 12, 5, 1, 1]);
  await new TimeSlice(loop.clock).rest();
  expect(loop.turns).toBe(4);
});

test("an event loop that is always busy slows the work down and does not stop it", async () => {
  const loop = new BusyLoop(Array.from({ length: 100 }, () => 50));
  await new TimeSlice(loop.clock).rest();
  expect(loop.turns).toBe(8);
});

test("a new slice begins when the rest ends", async () => {
  const loop = new BusyLoop([30, 1]);
  const slice = new TimeSlice(loop.clock);
  loop.clock.advance(5);
  expect(slice.isOver).toBe(true);
  await slice.rest();
  expect(slice.isOver).toBe(false);
});

test("work that comes in steps is done in slices, each followed by a rest", async () => {
  const loop = new BusyLoop([0, 0, 0, 0, 0]);
  const slice = new TimeSlice(loop.clock);
  const turns: number[] = [];
  const result = slice.run(
    (function* () {
      for (let step = 0; step < 6; step += 1) {
        turns.push(loop.turns);
        loop.clock.advance(1); // a slice holds two of them
        yield;
      }
      return "done";
    })(),
  );
  expect(await result).toBe("done");
  expect(turns).toEqual([0, 0, 1, 1, 2, 2]);
});

/** Turns of the event loop that each take as long as is said, by a clock of their own. */
class BusyLoop {
  readonly clock = new ManualClock();
  turns = 0;
  readonly #milliseconds: readonly number[];

  constructor(milliseconds: readonly number[]) {
    this.#milliseconds = milliseconds;
    this.#next();
  }

  #next(): void {
    setImmediate(() => {
      const milliseconds = this.#milliseconds[this.turns];
      if (milliseconds === undefined) return;
      this.clock.advance(milliseconds);
      this.turns += 1;
      this.#next();
    });
  }
}
