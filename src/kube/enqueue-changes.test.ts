import { expect, test } from "vitest";
import { type Thing, thing } from "../../test/support/resources.ts";
import type { Change } from "./change.ts";
import { type EnqueueOptions, enqueueChanges } from "./enqueue-changes.ts";
import type { AddOptions } from "./work-queue.ts";

/** What a change puts into a queue. */
async function enqueued(change: Change<Thing>, options: EnqueueOptions<Thing> = {}) {
  const added: (readonly [key: string, priority: number | undefined])[] = [];
  const add = (key: string, options?: AddOptions) => void added.push([key, options?.priority]);
  await enqueueChanges({ add }, options)(change);
  return added;
}

const key = "default/a";

test("what is only seen again waits behind what changed: initial lists and resyncs are of low priority", async () => {
  const object = thing("a", 1);
  const updated = { type: "updated", key, old: object, object, isRecreated: false } as const;
  expect(await enqueued({ type: "added", key, object, isInInitialList: true })).toEqual([[key, -100]]);
  expect(await enqueued({ ...updated, isResync: true })).toEqual([[key, -100]]);
  expect(await enqueued({ type: "added", key, object, isInInitialList: false })).toEqual([[key, 0]]);
  expect(await enqueued({ ...updated, isResync: false })).toEqual([[key, 0]]);
  expect(await enqueued({ type: "deleted", key, object, finalStateUnknown: true })).toEqual([[key, 0]]);
});

test("an update concerns whom the old state and the new one concern, each once", async () => {
  const [old, object] = [thing("a", 1, { color: "red blue" }), thing("a", 2, { color: "blue green" })];
  const change = { type: "updated", key, old, object, isRecreated: false, isResync: false } as const;
  const keys = await enqueued(change, { keysOf: ({ color = "" }) => color.split(" ") });
  expect(keys.map(([key]) => key).sort()).toEqual(["blue", "green", "red"]);
});

test("what a predicate does not want is left out", async () => {
  const change = { type: "deleted", key, object: thing("a", 1), finalStateUnknown: false } as const;
  expect(await enqueued(change, { predicate: ({ type }) => type !== "deleted" })).toEqual([]);
});
