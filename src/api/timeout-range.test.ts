import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { millisecondsOf } from "./duration.ts";
import { isImplausible, nearestPlausible, TIMEOUT_RANGE } from "./timeout-range.ts";

describe("a timeout", () => {
  it.each(["100ms", "30m", "1800s", "29m60s", "1m30s", "0h0m1s"])("may be %s", (duration) => {
    expect(isImplausible(duration)).toBe(false);
    expect(nearestPlausible(duration)).toBe(duration);
  });

  it.each([
    ["0s", "100ms"],
    ["99ms", "100ms"],
    ["1800s1ms", "30m"],
    ["31m", "30m"],
    ["99999h", "30m"],
  ])("of %s is brought to %s", (duration, nearest) => {
    expect(isImplausible(duration)).toBe(true);
    expect(nearestPlausible(duration)).toBe(nearest);
  });

  it.each(["", "soon", "10", "1d"])("that is none, as %j, stays for the schema to find", (duration) =>
    expect(nearestPlausible(duration)).toBe(duration),
  );

  it("is brought inside the range, whatever it is", () => {
    const { shortest, longest } = TIMEOUT_RANGE;
    const piece = fc.tuple(fc.nat(99_999), fc.constantFrom("ms", "s", "m", "h")).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), (pieces) => {
        const milliseconds = millisecondsOf(nearestPlausible(pieces.join(""))) ?? -1;
        expect(milliseconds).toBeGreaterThanOrEqual(shortest.milliseconds);
        expect(milliseconds).toBeLessThanOrEqual(longest.milliseconds);
      }),
    );
  });
});
