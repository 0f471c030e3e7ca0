import { expect, test } from "vitest";
import { jsonLine } from "./json-line.ts";
import type { Sighting } from "./sighting.ts";

const DATE = new Date("2026-11-23T12:00:01.234Z");
const OBJECT = { metadata: { namespace: "shop", name: "settings", uid: "u1" } };
const KNOWN = { time: "2026-11-23T12:00:01.234Z", namespace: "shop", name: "settings", uid: "u1" };

test.each<[string, Sighting, object]>([
  ["an object that was there", { type: "initial", object: OBJECT }, { ...KNOWN, type: "initial" }],
  ["an object that came", { type: "added", object: OBJECT }, { ...KNOWN, type: "added" }],
  ["an object that went", { type: "deleted", object: OBJECT, isMissed: false }, { ...KNOWN, type: "deleted" }],
  [
    "an object that went while away",
    { type: "deleted", object: OBJECT, isMissed: true },
    { ...KNOWN, type: "deleted", missed: true },
  ],
  [
    "a change",
    { type: "changed", object: OBJECT, changes: [{ path: ["data", "a.b"], old: undefined, new: "x" }] },
    { ...KNOWN, type: "changed", changes: [{ path: 'data["a.b"]', new: "x" }] },
  ],
  [
    "a cluster-scoped object",
    { type: "added", object: { metadata: { name: "node" } } },
    { time: KNOWN.time, type: "added", name: "node" },
  ],
])("tells of %s", (_, sighting, record) => {
  const line = jsonLine(sighting, DATE);
  expect(line).toMatch(/^[^\n]+\n$/);
  expect(JSON.parse(line)).toEqual(record);
});

test("escapes what a terminal obeys and JSON allows", () => {
  expect(jsonLine({ type: "added", object: { metadata: { name: "a\u009b2J" } } }, DATE)).toContain("a\\u009b2J");
});
