import { expect, test } from "vitest";
import { escapeControls } from "./escape-controls.ts";

test.each([
  ["plain text, Grüße, 😀", "plain text, Grüße, 😀"],
  ["\u001b[2J", "\\u001b[2J"],
  ["\u009b31m\u007f", "\\u009b31m\\u007f"],
  ["a\r\nb", "a\\u000d\\u000ab"],
  ["\u202e\u2066\u200b", "\\u202e\\u2066\\u200b"],
  ["\u2028", "\\u2028"],
  ["\ud800", "\\ud800"],
  ["\u{e0041}", "\\udb40\\udc41"],
])("writes %j without what a terminal obeys", (text, expected) => {
  expect(escapeControls(text)).toBe(expected);
});

test("leaves JSON the same JSON", () => {
  const value = { "a\u202e": "\u009b \u{e0041} \ud800 \u001b" };
  expect(JSON.parse(escapeControls(JSON.stringify(value)))).toEqual(value);
});
