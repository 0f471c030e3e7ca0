import fc from "fast-check";
import { expect, test } from "vitest";
import { expiresIn } from "./expires-in.ts";

const NOW = Date.parse("2027-01-01T00:00:00Z");
const HOUR = 3_600_000;

test.each([
  ["2027-04-01T00:00:00Z", "90d"],
  ["2027-01-03T00:00:00Z", "2d"],
  ["2027-01-02T23:59:59Z", "47h"],
  ["2027-01-01T01:00:00Z", "1h"],
  ["2027-01-01T00:00:01Z", "0h"],
  ["2027-01-01T00:00:00Z", undefined],
  ["2026-12-31T00:00:00Z", undefined],
  [undefined, undefined],
])("what expires at %s has %s left", (expiresAt, text) => {
  expect(expiresIn(expiresAt, NOW)?.text).toBe(text);
});

test("the words stay until the instant that is named, and are others at it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 * 24 * HOUR }), (left) => {
      const expiresAt = new Date(NOW + left).toISOString();
      const { text, nextChange = 0 } = expiresIn(expiresAt, NOW) ?? {};
      expect(nextChange).toBeGreaterThan(NOW);
      expect(expiresIn(expiresAt, nextChange - 1)?.text).toBe(text);
      expect(expiresIn(expiresAt, nextChange)?.text).not.toBe(text);
    }),
  );
});
