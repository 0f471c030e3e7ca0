import { expect, test } from "vitest";
import {
  controllerOf,
  isControlledBy,
  OwnerReferenceError,
  withControllerReference,
  withOwnerReference,
} from "./owner-reference.ts";
import type { Resource } from "./resource.ts";

const owner: Resource = {
  apiVersion: "example.com/v1",
  kind: "Parent",
  metadata: { name: "parent", namespace: "team", uid: "1" },
};
const child: Resource = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "child", namespace: "team" } };
const reference = {
  apiVersion: "example.com/v1",
  kind: "Parent",
  name: "parent",
  uid: "1",
  controller: true,
  blockOwnerDeletion: true,
};

test("the controller blocks the owner's deletion and is found again (clause 2.24)", () => {
  const owned = withControllerReference(child, owner);
  expect(owned.metadata.ownerReferences).toEqual([reference]);
  expect(controllerOf(owned)).toEqual(reference);
  expect(isControlledBy(owned, owner)).toBe(true);
  expect(child.metadata).not.toHaveProperty("ownerReferences");
});

test("an owner in a newer version, or made again, replaces its reference (clause 2.24)", () => {
  const again = { ...owner, apiVersion: "example.com/v2", metadata: { ...owner.metadata, uid: "2" } };
  const owned = withControllerReference(child, owner);
  expect(isControlledBy(owned, again)).toBe(false);
  expect(withControllerReference(owned, again).metadata.ownerReferences).toEqual([
    { ...reference, apiVersion: "example.com/v2", uid: "2" },
  ]);
});

test("an object that another controls is not taken over (clause 2.24)", () => {
  const other = { ...owner, metadata: { ...owner.metadata, name: "other", uid: "3" } };
  const owned = withControllerReference(child, other);
  expect(() => withControllerReference(owned, owner)).toThrow(
    "ConfigMap team/child is controlled by Parent other, so not by Parent team/parent",
  );
  expect(withOwnerReference(owned, owner).metadata.ownerReferences).toHaveLength(2);
});

test("owners of the same kind in another group, and of the same name in another kind, are others (clause 2.24)", () => {
  const core = { ...owner, apiVersion: "v1" };
  const sibling = { ...owner, kind: "Sibling" };
  const owned = [core, sibling, owner].reduce<Resource>(withOwnerReference, child);
  expect(owned.metadata.ownerReferences).toHaveLength(3);
});

test.each([
  ["another namespace", { ...child, metadata: { name: "child", namespace: "other" } }, "different namespaces"],
  ["no namespace", { ...child, metadata: { name: "child" } }, "cluster-scoped child"],
])("a namespaced owner has no child in %s (clause 2.24)", (_what, object, message) => {
  expect(() => withControllerReference(object, owner)).toThrow(OwnerReferenceError);
  expect(() => withOwnerReference(object, owner)).toThrow(message);
});

test("a cluster-scoped owner has children anywhere (clause 2.24)", () => {
  const cluster = { ...owner, metadata: { name: "parent", uid: "1" } };
  expect(controllerOf(withControllerReference(child, cluster))).toEqual(reference);
});

test("an owner that was never stored owns nothing", () => {
  expect(() => withControllerReference(child, { ...owner, metadata: { name: "parent" } })).toThrow("must have");
});
