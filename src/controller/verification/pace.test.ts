import fc from "fast-check";
import { expect, test } from "vitest";
import { type Pace, pauseBeforeLook } from "./pace.ts";

const VERIFIED: Pace = { isVerified: true, looks: 1, left: 0, gateways: 1, random: 0.5 };
const WAITING: Pace = { ...VERIFIED, isVerified: false, left: 120_000 };
const LATE: Pace = { ...WAITING, left: 0 };

test.each<[string, Pace, number]>([
  ["soon after a delivery", WAITING, 100],
  ["and less often when it takes longer", { ...WAITING, looks: 5 }, 506.25],
  ["up to each two seconds", { ...WAITING, looks: 1000 }, 2000],
  ["when its time is up, to the point", { ...WAITING, looks: 20, left: 7 }, 7],
  ["five seconds after that", LATE, 5000],
  ["then after twice as long", { ...LATE, looks: 2 }, 10_000],
  ["up to each minute", { ...LATE, looks: 1000 }, 60_000],
  ["each minute when it runs what it should", VERIFIED, 60_000],
  ["spread by a tenth", { ...VERIFIED, random: 0 }, 54_000],
  ["less often when there are ten thousand", { ...VERIFIED, gateways: 10_000 }, 200_000],
  ["and those that fail with them", { ...LATE, gateways: 10_000 }, 200_000],
])("a gateway is looked at %s", (_, pace, milliseconds) => {
  expect(pauseBeforeLook(pace)).toBeCloseTo(milliseconds);
});

test("no pace is a hot loop", () => {
  const pace = fc.record({
    isVerified: fc.boolean(),
    looks: fc.integer({ min: 1, max: 1e9 }),
    left: fc.constantFrom(0, 120_000),
    gateways: fc.integer({ min: 0, max: 100_000 }),
    random: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(fc.property(pace, (given) => pauseBeforeLook(given) >= 100));
});
