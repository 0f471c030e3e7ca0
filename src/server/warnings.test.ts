import { expect, test } from "vitest";
import type { Violation } from "#api/violation.ts";
import { runeCount } from "#review/plain-text.ts";
import type { Verdict } from "#review/verdict.ts";
import { warningsOf } from "./warnings.ts";

function verdict(violations: readonly Partial<Violation>[], notices: readonly string[] = []): Verdict {
  const whole: Violation[] = violations.map((violation) => ({
    rule: "some-rule",
    path: "spec.a",
    kind: "Invalid value",
    message: "must",
    action: "Warn",
    excused: false,
    ...violation,
  }));
  return { allowed: true, violations: whole, audited: [], notices, operations: [] };
}

test("warned and excused violations come with their path, then notices, each once", () => {
  const told = verdict(
    [
      { path: "spec.b" },
      { path: "spec.b" },
      { path: "spec.a", action: "Deny", excused: true },
      { path: "spec.c", action: "Deny" },
      { path: "spec.d", action: "Audit" },
      { path: "", message: "whole" },
    ],
    ["unknown field"],
  );
  expect(warningsOf(told)).toEqual(["spec.b: must", "spec.a: must", "whole", "unknown field"]);
});

test("there are none where there is nothing to say", () => {
  expect(warningsOf(verdict([]))).toEqual([]);
});

test.each([
  ["controls", "a\u0000b\nc\u0085d\u007f", "a b c d "],
  ["bidirectional overrides", "a\u202Eb\u2066c", "a b c"],
  ["separators", "a\u2028b", "a b"],
  ["half a surrogate pair", "a\uD83Db", "a\uFFFDb"],
])("%s are taken out", (_, message, expected) => {
  expect(warningsOf(verdict([{ path: "", message }]))).toEqual([expected]);
});

test("each has at most 256 runes and all together at most 4096, with a line for the rest", () => {
  const long = Array.from({ length: 50 }, (_, index) => ({ message: `${index} ${"🚪".repeat(300)}` }));
  const warnings = warningsOf(verdict(long));
  expect(Math.max(...warnings.map(runeCount))).toBe(256);
  expect(warnings.reduce((sum, warning) => sum + runeCount(warning), 0)).toBeLessThanOrEqual(4096);
  expect(warnings.at(-1)).toBe(`and ${50 - (warnings.length - 1)} more warnings, for which there is no room`);
});
