import { expect, test } from "vitest";
import { type Thing, thing } from "../../test/support/resources.ts";
import type { Change, Updated } from "./change.ts";
import {
  allOf,
  annotationsChanged,
  anyOf,
  generationChanged,
  labelsChanged,
  not,
  resourceVersionChanged,
} from "./predicates.ts";

function update(old: Thing, object: Thing, more: Partial<Updated<Thing>> = {}): Change<Thing> {
  return { type: "updated", key: "default/a", old, object, isRecreated: false, isResync: false, ...more };
}

const added: Change<Thing> = { type: "added", key: "default/a", object: thing("a", 1), isInInitialList: false };
const deleted: Change<Thing> = { type: "deleted", key: "default/a", object: thing("a", 1), finalStateUnknown: true };

const plain = thing("a", 1, { generation: 1, labels: { team: "x" }, annotations: { note: "x" } });

test.each([
  ["generationChanged", generationChanged, thing("a", 2, { ...plain.metadata, generation: 2 })],
  ["resourceVersionChanged", resourceVersionChanged, thing("a", 2)],
  ["labelsChanged", labelsChanged, thing("a", 2, { ...plain.metadata, labels: { team: "y" } })],
  ["annotationsChanged", annotationsChanged, thing("a", 2, { ...plain.metadata, annotations: {} })],
])("%s lets through what it is named after, every add and delete, and another object of the same name", (...row) => {
  const [, predicate, changed] = row;
  const again = thing("a", 1, plain.metadata);
  expect(predicate(update(plain, changed))).toBe(true);
  expect(predicate(update(plain, again))).toBe(false);
  expect(predicate(update(plain, again, { isRecreated: true }))).toBe(true);
  expect([predicate(added), predicate(deleted)]).toEqual([true, true]);
});

test("a write of status alone does not change the generation", () => {
  expect(generationChanged(update(plain, thing("a", 2, { ...plain.metadata, resourceVersion: "2" })))).toBe(false);
});

test("predicates combine", () => {
  const change = update(plain, thing("a", 2, { ...plain.metadata, resourceVersion: "2", labels: {} }));
  expect(allOf(generationChanged, labelsChanged)(change)).toBe(false);
  expect(anyOf(generationChanged, labelsChanged)(change)).toBe(true);
  expect(not(generationChanged)(change)).toBe(true);
});
