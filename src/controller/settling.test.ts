import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { Settling } from "./settling.ts";

test("a change waits until nothing else has changed for a quarter of a second", () => {
  const clock = new ManualClock();
  const settling = new Settling(clock);
  expect(settling.waitFor("a/main", "1")).toBe(250);
  clock.advance(200);
  expect(settling.waitFor("a/main", "2")).toBe(250);
  clock.advance(100);
  expect(settling.waitFor("a/main", "2")).toBe(150);
  clock.advance(150);
  expect(settling.waitFor("a/main", "2")).toBe(0);
  expect(settling.waitFor("a/main", "2")).toBe(0); // the delivery may have failed
  expect(settling.waitFor("a/main", "3")).toBe(250);
});

test("and two seconds at most", () => {
  const clock = new ManualClock();
  const settling = new Settling(clock);
  const waits = Array.from({ length: 21 }, (_, edit) => {
    const wait = settling.waitFor("a/main", String(edit));
    clock.advance(100);
    return wait;
  });
  expect(waits.slice(0, 18)).toEqual(Array.from({ length: 18 }, () => 250));
  expect(waits.slice(18)).toEqual([200, 100, 0]);
});

test("whoever goes on editing is delivered every two seconds, and not at each edit from then on", () => {
  const clock = new ManualClock();
  const settling = new Settling(clock);
  const deliveries = Array.from({ length: 101 }, (_, edit) => {
    const isNow = settling.waitFor("a/main", String(edit)) === 0;
    clock.advance(100);
    return isNow;
  }).filter(Boolean);
  expect(deliveries).toHaveLength(4); // of ten seconds, each beginning with an edit
});

test("gateways settle each for itself, and each change anew", () => {
  const clock = new ManualClock();
  const settling = new Settling(clock);
  settling.waitFor("a/main", "1");
  clock.advance(250);
  expect(settling.waitFor("b/main", "1")).toBe(250);
  expect(settling.waitFor("a/main", "1")).toBe(0);
  settling.settled("a/main");
  expect(settling.waitFor("a/main", "2")).toBe(250);
});
