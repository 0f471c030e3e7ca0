import { expect, test } from "vitest";
import { isLabel } from "./label-syntax.ts";

test.each([
  ["team", "chat"],
  ["example.com/cost-centre", "a_b.c"],
  ["team", ""],
  ["A".repeat(63), "b".repeat(63)],
])("%s=%s is a label", (key, value) => {
  expect(isLabel(key, value)).toBe(true);
});

test.each([
  ["not a key!", "x"],
  ["", "x"],
  ["__proto__", "x"],
  ["a/b/c", "x"],
  ["/a", "x"],
  ["-a", "x"],
  ["Example.com/a", "x"],
  ["a".repeat(64), "x"],
  ["a", "not a value!"],
  ["a", "b".repeat(64)],
])("%s=%s is none", (key, value) => {
  expect(isLabel(key, value)).toBe(false);
});
