import fc from "fast-check";
import { expect, test } from "vitest";
import { inOrder } from "./in-order.ts";

test("fields come in the order of their names at every depth, and what is undefined is left out", () => {
  const value = { b: [{ d: 1, c: undefined, a: null }], a: "x" };
  expect(JSON.stringify(inOrder(value))).toBe('{"a":"x","b":[{"a":null,"d":1}]}');
});

test("what is in order already is the same object, and of the rest only what has to be is copied", () => {
  const inner = { a: 1, b: [1, { c: 2 }] };
  const value = { a: inner, b: { d: 1, c: 2 } };
  const ordered = inOrder(value);
  expect(inOrder(inner)).toBe(inner);
  expect(ordered.a).toBe(inner);
  expect(Object.keys(value.b)).toEqual(["d", "c"]);
});

test("the same JSON has the same text in whatever order it was built, whatever its fields are called", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      const value = JSON.parse(JSON.stringify(json)) as unknown;
      expect(inOrder(value)).toEqual(value);
      expect(JSON.stringify(inOrder(reversed(value)))).toBe(JSON.stringify(inOrder(value)));
    }),
  );
  const own = JSON.parse('{"b":{"z":1,"a":2},"__proto__":{"y":1,"x":2},"10":1,"9":2}') as object;
  expect(JSON.stringify(inOrder(own))).toBe('{"9":2,"10":1,"__proto__":{"x":2,"y":1},"b":{"a":2,"z":1}}');
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, inner]) => [name, reversed(inner)] as const)
      .reverse(),
  );
}
