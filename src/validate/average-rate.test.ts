import fc from "fast-check";
import { expect, it } from "vitest";
import { MAX_COUNT } from "#api/kinds/rate-limit-policy.ts";
import { averagePerMinute, leastInWindow, mostInWindow, secondsOfWindow } from "./average-rate.ts";

const seconds = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), fc.constantFrom("s", "m", "h", "d"))
  .map(([count, unit]) => secondsOfWindow(`${count}${unit}`) ?? 0);
const count = fc.integer({ min: 1, max: MAX_COUNT });
const perMinute = fc.integer({ min: 1, max: 1_000_000_000 });

it("reads windows of every unit, and nothing else", () => {
  expect(["1s", "90s", "1m", "2h", "9999d"].map(secondsOfWindow)).toEqual([1, 90, 60, 7200, 863_913_600]);
  for (const other of ["", "0s", "10000s", "1w", "1m30s", "1", " 1s", "1s\n", "1.5h"])
    expect(secondsOfWindow(other)).toBeUndefined();
});

it("compares averages with whole bounds as fractions compare", () => {
  fc.assert(
    fc.property(count, seconds, perMinute, (count, seconds, bound) => {
      const [average, wanted] = [BigInt(count) * 60n, BigInt(bound) * BigInt(seconds)];
      const { floor, ceil } = averagePerMinute(count, seconds);
      expect(ceil > bound).toBe(average > wanted);
      expect(floor < bound).toBe(average < wanted);
    }),
    { numRuns: 10_000 },
  );
});

it("stays exact just beside the bound", () => {
  fc.assert(
    fc.property(seconds, perMinute, fc.constantFrom(-1n, 0n, 1n), (seconds, bound, beside) => {
      const near = mostInWindow(bound, seconds) + beside;
      fc.pre(near >= 1n && near <= MAX_COUNT);
      expect(averagePerMinute(Number(near), seconds).ceil > bound).toBe(beside > 0n);
    }),
    { numRuns: 10_000 },
  );
});

it("proposes the largest and the smallest count that are inside", () => {
  fc.assert(
    fc.property(seconds, perMinute, (seconds, bound) => {
      const wanted = BigInt(bound) * BigInt(seconds);
      const [most, least] = [mostInWindow(bound, seconds), leastInWindow(bound, seconds)];
      expect([most * 60n <= wanted, (most + 1n) * 60n > wanted]).toEqual([true, true]);
      expect([least * 60n >= wanted, (least - 1n) * 60n < wanted]).toEqual([true, true]);
    }),
  );
});
