import { expect, test } from "vitest";
import { HIDDEN } from "./hidden-values.ts";
import { transitionText } from "./value-text.ts";

test.each<[unknown, unknown, string]>([
  [1, 3, "1 → 3"],
  ["a", "b", '"a" → "b"'],
  [undefined, true, "(none) → true"],
  [{ a: 1 }, undefined, '{"a":1} → (none)'],
  [HIDDEN, HIDDEN, "(hidden) changed"],
  [undefined, HIDDEN, "(none) → (hidden)"],
  ["one\ntwo", "\u001b[2J\u009b", '"one\\ntwo" → "\\u001b[2J\\u009b"'],
])("shows %j and %j as %s", (old, current, expected) => {
  expect(transitionText(old, current, 80)).toBe(expected);
});

function long(middle: string): string {
  return `${"x".repeat(500)}${middle}${"y".repeat(500)}`;
}

test("cuts long values to the width, around where they differ", () => {
  const text = transitionText(long("OLD"), long("NEW"), 60);
  expect(text).toBe("…xxxxxxxxOLDyyyyyyyyyyyyyyy… → …xxxxxxxxNEWyyyyyyyyyyyyyyy…");
});

test("cuts the end of what differs from its start", () => {
  expect(transitionText("a".repeat(100), "b".repeat(100), 33)).toBe('"aaaaaaaaaaaaa… → "bbbbbbbbbbbbb…');
});

test("shows the end where the end differs", () => {
  expect(transitionText(`${"a".repeat(100)}1`, `${"a".repeat(100)}2`, 33)).toMatch(/^…a+1" → …a+2"$/);
});

test("leaves the long one what the short one does not need", () => {
  const text = transitionText(1, "b".repeat(100), 40);
  expect(text).toBe(`1 → "${"b".repeat(34)}…`);
  expect(text).toHaveLength(40);
});
