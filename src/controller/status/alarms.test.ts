import { expect, test } from "vitest";
import { ManualClock } from "../../../test/support/manual-clock.ts";
import { Alarms } from "./alarms.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const DAY = 86_400_000;

function alarms() {
  const clock = new ManualClock();
  const rung: string[] = [];
  return { clock, rung, alarms: new Alarms(clock, (key) => void rung.push(key)) };
}

test("alarms ring at their instants, in order, each once", () => {
  const { clock, rung, alarms: set } = alarms();
  set.set("late", START + 200 * DAY); // longer than a timer can be
  set.set("early", START + 1000);
  clock.advance(999);
  expect(rung).toEqual([]);
  clock.advance(1);
  expect(rung).toEqual(["early"]);
  for (let day = 0; day < 200; day += 1) clock.advance(DAY);
  expect(rung).toEqual(["early", "late"]);
});

test("an alarm that is set anew rings at the new instant only, and one that is taken back never", () => {
  const { clock, rung, alarms: set } = alarms();
  set.set("moved", START + 1000);
  set.set("moved", START + 5000);
  set.set("gone", START + 1000);
  set.set("gone", undefined);
  clock.advance(4999);
  expect(rung).toEqual([]);
  clock.advance(1);
  expect(rung).toEqual(["moved"]);
});

test("an alarm may be set while it rings, and one in the past rings at once", () => {
  const clock = new ManualClock();
  const rung: string[] = [];
  const set: Alarms = new Alarms(clock, (key) => {
    rung.push(key);
    if (rung.length < 3) set.set(key, START + rung.length * 1000);
  });
  set.set("again", START - DAY);
  clock.advance(0);
  clock.advance(1000);
  clock.advance(1000);
  expect(rung).toHaveLength(3);
});

test("nothing rings after the end", () => {
  const { clock, rung, alarms: set } = alarms();
  set.set("one", START + 1000);
  set[Symbol.dispose]();
  clock.advance(2000);
  expect(rung).toEqual([]);
});
