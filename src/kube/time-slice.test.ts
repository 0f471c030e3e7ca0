import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { TimeSlice } from "./time-slice.ts";

test("work rests for one turn of the event loop when others had little to do in it", async () => {
  const loop = new BusyLoop([1]);
  await new TimeSlice(loop.clock).rest();
  expect(loop.turns).toBe(1);
});

test("work rests until others have worked off what had come together", async () => {
  const loop = new BusyLoop([30, 12, 1, 1]);
  await new TimeSlice(loop.clock).rest();
  expect(loop.turns).toBe(3);
});

test("an event loop that is always busy slows the work down and does not stop it", async () => {
  const loop = new BusyLoop(Array.from({ length: 100 }, () => 50));
  await new TimeSlice(loop.clock).rest();
  expect(loop.turns).toBe(4);
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

test("all who work have one slice together, however many they are", () => {
  const { clock } = new BusyLoop([]);
  const slices = [new TimeSlice(clock), new TimeSlice(clock), new TimeSlice(clock)];
  clock.advance(2);
  expect(slices.map(({ isOver }) => isOver)).toEqual([true, true, true]);
  expect(new TimeSlice(clock).isOver).toBe(true);
});

test("a turn without rest begins with a slice of its own", async () => {
  const { clock } = new BusyLoop([]);
  const slice = new TimeSlice(clock);
  clock.advance(2);
  await new Promise<void>((resolve) => void setImmediate(resolve));
  expect(slice.isOver).toBe(false);
});

test("those who rest get a turn each, in their order", async () => {
  const loop = new BusyLoop([0, 0, 0, 0]);
  const got: string[] = [];
  const rest = async (who: string) => {
    await new TimeSlice(loop.clock).rest();
    got.push(`${who} in turn ${loop.turns}`);
  };
  await Promise.all([rest("a"), rest("b"), rest("c")]);
  expect(got).toEqual(["a in turn 1", "b in turn 2", "c in turn 3"]);
});

test("what one does in a turn does not count as the others' doing", async () => {
  const loop = new BusyLoop(Array.from({ length: 20 }, () => 0));
  const slice = new TimeSlice(loop.clock);
  const turns: number[] = [];
  for (let step = 0; step < 3; step += 1) {
    loop.clock.advance(10);
    await slice.rest();
    turns.push(loop.turns);
  }
  expect(turns).toEqual([1, 2, 3]);
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
