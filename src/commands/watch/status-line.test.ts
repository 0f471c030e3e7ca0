import { expect, test } from "vitest";
import type { FieldChange } from "./field-changes.ts";
import { statusLine } from "./status-line.ts";

const READY: FieldChange = { path: ["status", "conditions", { item: "Ready" }, "status"], old: "False", new: "True" };
const REASON: FieldChange = { path: ["status", "conditions", { item: "Ready" }, "reason"], old: "No", new: "Yes" };
const SINCE: FieldChange = { path: ["status", "lastTransitionTime"], old: "a", new: "b" };
const LONG: FieldChange = { path: ["status", "log"], old: "a".repeat(99), new: "b".repeat(99) };
const COUNT: FieldChange = { path: ["status", "ready"], old: 1, new: 2 };

test.each<[string, readonly FieldChange[], number, string]>([
  [
    "states before reasons, without times",
    [REASON, SINCE, READY],
    120,
    '3 fields: conditions[Ready].status "False" → "True", conditions[Ready].reason "No" → "Yes"',
  ],
  ["times where nothing else changed", [SINCE], 80, '1 field: lastTransitionTime "a" → "b"'],
  ["what still fits behind what does not", [LONG, COUNT], 50, "2 fields: ready 1 → 2"],
  ["only the number where nothing fits", [LONG], 50, "1 field"],
])("says %s", (_, changes, width, line) => {
  expect(statusLine(changes, width)).toBe(`status: ${line}`);
});
