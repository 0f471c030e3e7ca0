import { describe, expect, it } from "vitest";
import { millisecondsOf } from "./duration.ts";

describe("millisecondsOf", () => {
  it.each([
    ["0s", 0],
    ["250ms", 250],
    ["10s", 10_000],
    ["1m30s", 90_000],
    ["1h1m1s1ms", 3_661_001],
    ["99999h", 359_996_400_000],
    ["00001ms", 1],
  ])("reads %s", (duration, milliseconds) => {
    expect(millisecondsOf(duration)).toBe(milliseconds);
  });

  it.each([
    "",
    "10",
    "s",
    "1d",
    "-1s",
    "1.5s",
    "1s ",
    "123456s",
    "1s1s1s1s1s",
    "1x",
    "1xs",
    "1sm",
    "ms",
    "1 s",
    "constructor",
    "1constructor",
  ])("does not read '%s'", (duration) => {
    expect(millisecondsOf(duration)).toBeUndefined();
  });
});
