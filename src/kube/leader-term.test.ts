import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { LeaderTerm } from "./leader-term.ts";

const start = () => {
  const clock = new ManualClock();
  const losses: string[] = [];
  const onLost = () => void losses.push("lost");
  return { clock, losses, term: new LeaderTerm({ clock, heldAt: 0, renewMilliseconds: 10_000, onLost }) };
};

test("a term is lost when its deadline passes without a renewal (clause 8)", () => {
  const { clock, losses, term } = start();
  clock.advance(2_000);
  term.renewed(2_000);
  clock.advance(9_999);
  expect(term.isHeld()).toBe(true);
  clock.advance(1);
  expect(term.isHeld()).toBe(false);
  expect(term.lost.aborted).toBe(true);
  expect(losses).toEqual(["lost"]);
});

test("a renewal whose answer comes after the deadline does not bring a term back (clause 15)", () => {
  const { clock, term } = start();
  const stalled = clock.now() + 10_000;
  clock.now = () => stalled; // and the timer has not run yet
  term.renewed(9_000);
  expect(term.isHeld()).toBe(false);
  clock.advance(10_000);
  expect(term.lost.aborted).toBe(true);
});

test("a term that ends in order leaves no timer behind", () => {
  const { clock, losses, term } = start();
  term[Symbol.dispose]();
  clock.advance(20_000);
  expect(losses).toEqual([]);
});
