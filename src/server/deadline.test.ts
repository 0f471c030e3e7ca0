import { expect, test } from "vitest";
import { marginOf, timeoutOf } from "./deadline.ts";

test.each([
  ["/mutate?timeout=10s", 10_000],
  ["/mutate?timeout=1s", 1000],
  ["/mutate?timeout=500ms", 500],
  ["/mutate?timeout=0.25s", 250],
  ["/mutate?dryRun=All&timeout=3s", 3000],
  ["/mutate?timeout=20s&timeout=5s", 20_000],
  ["/mutate?timeout=1m30s", 30_000],
  ["/mutate?timeout=1h", 30_000],
])("%s gives the API server's patience", (url, milliseconds) => {
  expect(timeoutOf(url)).toBe(milliseconds);
});

test.each([
  ["absent", "/mutate"],
  ["empty", "/mutate?timeout="],
  ["without a unit", "/mutate?timeout=10"],
  ["of an unknown unit", "/mutate?timeout=10d"],
  ["negative", "/mutate?timeout=-1s"],
  ["zero", "/mutate?timeout=0s"],
  ["no number", "/mutate?timeout=.s"],
  ["of another name", "/mutate?mytimeout=1s"],
  ["endless", `/mutate?timeout=${"9".repeat(400)}s`.replace("9s", "9x")],
])("a timeout that is %s counts as the API server's default of 10 s", (_, url) => {
  expect(timeoutOf(url)).toBe(10_000);
});

test("answers leave a tenth before the deadline, at most half a second", () => {
  expect([1000, 5000, 30_000].map(marginOf)).toEqual([100, 500, 500]);
});
