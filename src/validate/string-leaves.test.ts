import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { excessOf, MAX_CHARACTERS, MAX_DEPTH, MAX_VALUES, stringLeaves } from "./string-leaves.ts";

const VALUES = "must have fewer than 10000 fields and items in all";
const LEVELS = "must be at most 32 levels deep";

describe("the strings of a value", () => {
  it("come with their paths, shallow ones first", () => {
    const value = { list: ["a", { b: "c" }], d: "e", f: 1, g: null, h: true };
    expect(stringLeaves(value)).toEqual({
      leaves: [
        { path: ["d"], text: "e" },
        { path: ["list", 0], text: "a" },
        { path: ["list", 1, "b"], text: "c" },
      ],
      isComplete: true,
    });
    expect(stringLeaves("a").leaves).toEqual([{ path: [], text: "a" }]);
    expect(stringLeaves(undefined)).toEqual({ leaves: [], isComplete: true });
  });

  it("stand below keys of any name, inherited ones not counted", () => {
    const value: unknown = JSON.parse('{"__proto__": {"constructor": "a"}, "": "b", "a.b[0]": "c"}');
    expect(stringLeaves(value).leaves.map(({ path, text }) => [...path, text])).toEqual([
      ["", "b"],
      ["a.b[0]", "c"],
      ["__proto__", "constructor", "a"],
    ]);
  });

  it("are all of them, each where its path says, for any JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const { leaves, isComplete } = stringLeaves(value);
        expect(isComplete).toBe(true);
        expect(excessOf([value])).toBeUndefined();
        for (const { path, text } of leaves) expect(valueAt(value, path)).toBe(text);
        let strings = 0;
        JSON.stringify(value, (_key, inner: unknown) => {
          if (typeof inner === "string") strings += 1;
          return inner;
        });
        expect(leaves.length).toBe(strings);
      }),
    );
  });

  it.each([
    ["too many values", Array.from({ length: MAX_VALUES }, () => "a"), VALUES],
    ["too many keys", Object.fromEntries(Array.from({ length: MAX_VALUES }, (_, index) => [index, 0])), VALUES],
    ["too many of both together", { a: Array(MAX_VALUES / 2).fill(0), b: Array(MAX_VALUES / 2).fill(0) }, VALUES],
    ["too many characters", ["a".repeat(MAX_CHARACTERS), "b"], "must have at most 262144 characters in all"],
    ["too many levels", nested(MAX_DEPTH + 1), LEVELS],
    ["very many levels", nested(100_000), LEVELS],
  ])("are not all looked at where there are %s, and the value is said to be too large", (_what, value, excess) => {
    expect(stringLeaves(value).isComplete).toBe(false);
    expect(excessOf(value)).toBe(excess);
  });

  it("are all looked at up to the bounds", () => {
    for (const value of [Array(MAX_VALUES - 1).fill("a"), ["a".repeat(MAX_CHARACTERS)], nested(MAX_DEPTH)]) {
      expect(stringLeaves(value).isComplete).toBe(true);
      expect(excessOf(value)).toBeUndefined();
    }
  });
});

function nested(levels: number): unknown[] {
  let value: unknown[] = ["a"];
  for (let level = 1; level < levels; level += 1) value = [value];
  return value;
}
