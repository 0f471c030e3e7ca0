import { expect, test } from "vitest";
import type { ObjectName, Patch } from "./client.ts";
import { addFinalizer, type FinalizerClient, hasFinalizer, removeFinalizer } from "./finalizers.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import type { Resource, ResourceMetadata, ResourceType } from "./resource.ts";

const TYPE: ResourceType = { group: "example.com", version: "v1", plural: "things", kind: "Thing", namespaced: true };
const OURS = "example.com/ours";
const THEIRS = "example.com/theirs";

/** One object with the API server's optimistic concurrency. */
function start(metadata: Partial<ResourceMetadata> = {}) {
  const initial: ResourceMetadata = { name: "thing", namespace: "team", uid: "1", resourceVersion: "1", ...metadata };
  let stored: ResourceMetadata | undefined = initial;
  const patches: Patch[] = [];
  const change = (next: Partial<ResourceMetadata>): void => {
    stored = { ...initial, ...stored, ...next, resourceVersion: String(Number(stored?.resourceVersion) + 1) };
  };
  const read = (): Resource => {
    if (!stored) throw new KubernetesError("gone", { code: 404, reason: "NotFound" });
    return { metadata: stored };
  };
  const client = {
    get: async () => read(),
    async patch(_type: ResourceType, _name: ObjectName, patch: Patch) {
      patches.push(patch);
      const { metadata } = read();
      const wanted = (patch.kind === "merge" ? patch.document : {}) as Resource;
      if (wanted.metadata.resourceVersion !== metadata.resourceVersion || wanted.metadata.uid !== metadata.uid) {
        throw new KubernetesError("changed", { code: 409, reason: "Conflict" });
      }
      change({ finalizers: wanted.metadata.finalizers ?? [] });
      return read();
    },
  } as unknown as FinalizerClient;
  return {
    target: { client, type: TYPE, object: { metadata: initial } as Resource },
    patches,
    change,
    vanish: () => void (stored = undefined),
    finalizers: () => stored?.finalizers,
  };
}

test("a finalizer is added once (clause 2.25)", async () => {
  const { target, patches, finalizers } = start({ finalizers: [THEIRS] });
  const { object, isChanged } = await addFinalizer(target, OURS);
  expect(isChanged).toBe(true);
  expect(finalizers()).toEqual([THEIRS, OURS]);
  expect(object && hasFinalizer(object, OURS)).toBe(true);
  const again = await addFinalizer({ ...target, object: object ?? target.object }, OURS);
  expect(again).toEqual({ object, isChanged: false });
  expect(patches).toHaveLength(1);
});

test("a finalizer that others added meanwhile stays (clause 2.25)", async () => {
  const { target, patches, change, finalizers } = start();
  change({ finalizers: [THEIRS] });
  expect(await addFinalizer(target, OURS)).toMatchObject({ isChanged: true });
  expect(finalizers()).toEqual([THEIRS, OURS]);
  expect(patches).toHaveLength(2);
});

test("a finalizer that others removed meanwhile does not come back (clause 2.25)", async () => {
  const { target, change, finalizers } = start({ finalizers: [THEIRS, OURS] });
  change({ finalizers: [OURS] });
  expect(await removeFinalizer(target, OURS)).toMatchObject({ isChanged: true });
  expect(finalizers()).toEqual([]);
});

test("duplicates go together, and others stay in order (clause 2.25)", async () => {
  const { target, finalizers } = start({ finalizers: ["a", OURS, "b", OURS] });
  await removeFinalizer(target, OURS);
  expect(finalizers()).toEqual(["a", "b"]);
});

test("what is not there is not removed (clause 2.25)", async () => {
  const { target, patches } = start({ finalizers: [THEIRS] });
  expect(await removeFinalizer(target, OURS)).toEqual({ object: target.object, isChanged: false });
  expect(patches).toEqual([]);
});

test("an object that is being deleted takes no finalizer (clause 2.25)", async () => {
  const { target, patches } = start({ deletionTimestamp: "2026-01-01T00:00:00Z" });
  expect(await addFinalizer(target, OURS)).toEqual({ object: target.object, isChanged: false });
  expect(patches).toEqual([]);
});

test("an object that is gone, or was made anew, is left alone", async () => {
  const gone = start({ finalizers: [OURS] });
  gone.vanish();
  expect(await removeFinalizer(gone.target, OURS)).toEqual({ object: undefined, isChanged: false });
  const anew = start({ finalizers: [OURS] });
  anew.change({ uid: "2" });
  expect(await removeFinalizer(anew.target, OURS)).toEqual({ object: undefined, isChanged: false });
  expect(anew.finalizers()).toEqual([OURS]);
});
