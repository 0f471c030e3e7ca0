import { expect, test } from "vitest";
import { isSameQuantity } from "./quantity.ts";

test.each([
  ["1", "1000m"],
  [1, "1"],
  ["512Mi", "0.5Gi"],
  ["300k", "0.3M"],
  ["1e3", "1k"],
  ["1E3", "1k"],
  ["1E", "1000P"],
  ["1100m", "1.1"],
])("%j is %j", (left, right) => expect(isSameQuantity(left, right)).toBe(true));

test.each([
  ["1", "1001m"],
  ["1M", "1Mi"],
  ["128Mi", "128"],
  [undefined, "1"],
  ["one", "1"],
])("%j is not %j", (left, right) => expect(isSameQuantity(left, right)).toBe(false));
