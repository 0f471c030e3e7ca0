import { expect, test } from "vitest";
import { integer, list, mapOf, object, text } from "#api/schema.ts";
import { excerpt } from "./excerpt.ts";

const { json: schema } = object("", {
  names: list("", text("", { max: 5 }), { max: 2 }),
  weights: mapOf("", integer("", { min: 0, max: 9 }), { max: 1 }),
  inner: object("", { names: list("", text("", { max: 5 }), { max: 2 }) }),
});

test("lists and maps keep one item more than they may have, and what no schema names goes", () => {
  const value = { names: [1, 2, 3, 4], weights: { a: 1, b: 2, c: 3 }, inner: { names: ["a", "b", "c", "d"] }, more: 1 };
  expect(excerpt(schema, value)).toEqual({
    names: [1, 2, 3],
    weights: { a: 1, b: 2 },
    inner: { names: ["a", "b", "c"] },
  });
});

test.each([[null], ["text"], [[{}]], [{ names: { a: 1 }, weights: [1, 2, 3], inner: null }]])(
  "what has the wrong type stays: %j",
  (value) => {
    expect(excerpt(schema, value)).toEqual(value);
  },
);
