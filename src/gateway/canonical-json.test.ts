import fc from "fast-check";
import { expect, it } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

it("says what the value says, whatever the depth", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(4), (value, depth) => {
      expect(JSON.parse(canonicalJson(value, depth))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it("does not depend on the order of keys", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (fields) => {
      const reversed = Object.fromEntries(Object.entries(fields).reverse());
      expect(canonicalJson(reversed, 1)).toBe(canonicalJson(fields, 1));
    }),
  );
});

it("has a line for each entry of the outer levels, and leaves out what is undefined", () => {
  const value = { b: [{ y: 1, x: [2, 3] }, {}], a: undefined, c: [] };
  expect(canonicalJson(value, 2)).toBe('{\n"b":[\n{"x":[2,3],"y":1},\n{}\n],\n"c":[]\n}');
});
