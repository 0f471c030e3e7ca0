import { expect, test } from "vitest";
import { contains } from "./contains.ts";

test.each([
  [{ a: 1, b: 2 }, { a: 1 }],
  [{ a: [{ b: 1, c: 2 }] }, { a: [{ b: 1 }] }],
  [{ a: {} }, { a: {} }],
  [{ resources: { limits: { cpu: "1" } } }, { resources: { limits: { cpu: "1000m" } } }],
])("%j holds %j", (present, wanted) => expect(contains(present, wanted)).toBe(true));

test.each([
  [{ a: 1 }, { a: 2 }],
  [{}, { a: 1 }],
  [undefined, { a: 1 }],
  [{ a: [1, 2] }, { a: [1] }],
  [{ a: [{ b: 2 }] }, { a: [{ b: 1 }] }],
  [{ a: {} }, { a: [] }],
  [{ a: null }, { a: {} }],
])("%j does not hold %j", (present, wanted) => expect(contains(present, wanted)).toBe(false));
