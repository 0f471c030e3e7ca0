import { describe, expect, test } from "vitest";
import type { FieldChange } from "./field-changes.ts";
import type { Sighting } from "./sighting.ts";
import { type TextOptions, textLines } from "./text-lines.ts";

const DATE = new Date(2026, 10, 23, 9, 5, 7);
const OBJECT = { metadata: { namespace: "shop", name: "settings" } };
const SETTINGS = { ...OBJECT, data: { a: "1", b: "2" } };

function text(sighting: Sighting, options: Partial<TextOptions> = {}): string {
  return textLines(sighting, DATE, { width: 80, isColoured: false, showsStatus: false, ...options });
}

function changed(...changes: readonly FieldChange[]): Sighting {
  return { type: "changed", object: OBJECT, changes };
}

const READY: FieldChange = { path: ["status", "conditions", { item: "Ready" }, "status"], old: "False", new: "True" };
const SINCE: FieldChange = {
  path: ["status", "conditions", { item: "Ready" }, "lastTransitionTime"],
  old: "a",
  new: "b",
};

describe("the lines of", () => {
  test.each<[string, Sighting, string]>([
    ["an object that was there", { type: "initial", object: SETTINGS }, "09:05:07 = shop/settings  2 keys\n"],
    ["an object that came", { type: "added", object: OBJECT }, "09:05:07 + shop/settings\n"],
    ["an object of the cluster", { type: "added", object: { metadata: { name: "node" } } }, "09:05:07 + node\n"],
    ["an object that went", { type: "deleted", object: OBJECT, isMissed: false }, "09:05:07 - shop/settings\n"],
    [
      "an object that went while away",
      { type: "deleted", object: OBJECT, isMissed: true },
      "09:05:07 - shop/settings  (deleted while away)\n",
    ],
    [
      "another object of the same name",
      { type: "recreated", object: OBJECT, changes: [{ path: ["metadata", "uid"], old: "1", new: "2" }] },
      '09:05:07 ± shop/settings  (recreated: deleted and made anew while away)\n           metadata.uid: "1" → "2"\n',
    ],
    [
      "changed fields",
      changed({ path: ["data", "mode"], old: "slow", new: "fast" }, { path: ["data", "x"], old: undefined, new: "y" }),
      '09:05:07 ~ shop/settings\n           data.mode: "slow" → "fast"\n           data.x: (none) → "y"\n',
    ],
    [
      "a status, folded",
      changed(SINCE, READY),
      '09:05:07 ~ shop/settings\n           status: 2 fields: conditions[Ready].status "False" → "True"\n',
    ],
    [
      "a status with times only",
      changed(SINCE),
      '09:05:07 ~ shop/settings\n           status: 1 field: conditions[Ready].lastTransitionTime "a" → "b"\n',
    ],
  ])("%s", (_, sighting, expected) => {
    expect(text(sighting)).toBe(expected);
  });
});

test("every field of a status has its line where that is asked for", () => {
  expect(text(changed(SINCE, READY), { showsStatus: true }).split("\n").slice(1)).toEqual([
    '           status.conditions[Ready].lastTransitionTime: "a" → "b"',
    '           status.conditions[Ready].status: "False" → "True"',
    "",
  ]);
});

test("no line is wider than the terminal, a folded status included", () => {
  const long: FieldChange = { path: ["data", "text"], old: "a".repeat(500), new: `${"a".repeat(400)}b` };
  const fields = Array.from({ length: 20 }, (_, index) => ({ path: ["status", `field${index}`], old: 1, new: 2 }));
  for (const line of text(changed(long, ...fields)).split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test("of very many fields the first are shown and the rest counted", () => {
  const fields = Array.from({ length: 60 }, (_, index) => ({ path: ["data", index], old: 1, new: 2 }));
  const lines = text(changed(...fields))
    .trimEnd()
    .split("\n");
  expect(lines).toHaveLength(52);
  expect(lines.at(-1)?.trim()).toBe("and 10 more fields");
});

test("nothing in an object reaches the terminal as a command to it", () => {
  const hostile = "\u001b[2J\u009b\r\n\u202e";
  const object = { metadata: { name: hostile }, status: { phase: hostile } };
  const written = [
    text({ type: "added", object }),
    text({ type: "changed", object, changes: [{ path: ["data", hostile, { item: hostile }], old: hostile, new: 1 }] }),
    text({ type: "changed", object, changes: [{ path: ["status", hostile], old: hostile, new: 1 }] }),
  ].join("");
  expect(written.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(written.split("\n")).toHaveLength(6);
});

test("signs and names are coloured only where that is wanted", () => {
  const sighting: Sighting = { type: "added", object: OBJECT };
  expect(text(sighting, { isColoured: true })).toBe("09:05:07 \u001b[32m+ shop/settings\u001b[0m\n");
});
