import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestName } from "./nearest-name.ts";

describe("nearestName", () => {
  it.each([
    ["a letter left out", "gpt4", "gpt-4"],
    ["a letter too many", "gpt--4o", "gpt-4o"],
    ["a wrong letter", "claude-3-opas", "claude-3-opus"],
    ["two letters swapped", "calude-3-opus", "claude-3-opus"],
    ["another case", "GPT-4O", "gpt-4o"],
  ])("forgives %s", (_slip, sought, meant) => {
    expect(nearestName(sought, ["something-else", meant])).toBe(meant);
  });

  it("prefers the nearest, and of equals the first", () => {
    expect(nearestName("gpt-4o-min", ["gpt-4o-main", "gpt-4o-mini"])).toBe("gpt-4o-main");
    expect(nearestName("gpt-4o-miin", ["gpt-4o-main-x", "gpt-4o-mini"])).toBe("gpt-4o-mini");
  });

  it("proposes nothing that is far away", () => {
    expect(nearestName("ab", ["cd", "ac"])).toBeUndefined();
    expect(nearestName("gpt-4o", ["claude-3-opus", ""])).toBeUndefined();
  });

  it("agrees with the table filled in full", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 14 });
    fc.assert(
      fc.property(word, word, (sought, name) => {
        const limit = Math.min(3, Math.floor(sought.length / 3));
        expect(nearestName(sought, [name])).toBe(distance(sought, name) <= limit ? name : undefined);
      }),
      { numRuns: 1000 },
    );
  });

  it("stops looking when there is too much to compare", () => {
    const others = Array.from({ length: 64 }, (_, index) => `other-${index}`.padEnd(253, "-"));
    expect(nearestName("gpt-4", [...others, "gpt-4o"])).toBe("gpt-4o");
    expect(nearestName("gpt-4", [...others, ...others, "gpt-4o"])).toBeUndefined();
    expect(nearestName("x".repeat(254), ["x".repeat(253)])).toBeUndefined();
  });
});

/** Optimal string alignment as the textbook writes it. */
function distance(one: string, other: string): number {
  const table = Array.from({ length: one.length + 1 }, (_, i) =>
    Array.from({ length: other.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const cell = (i: number, j: number) => table[i]?.[j] ?? Infinity;
  for (let i = 1; i <= one.length; i += 1) {
    for (let j = 1; j <= other.length; j += 1) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      let least = Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + cost);
      const swap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (swap) least = Math.min(least, cell(i - 2, j - 2) + 1);
      const row = table[i];
      if (row) row[j] = least;
    }
  }
  return cell(one.length, other.length);
}
