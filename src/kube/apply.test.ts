import { expect, test } from "vitest";
import { type ApplyClient, applyGuarded, applyStatus } from "./apply.ts";
import type { Patch, WriteOptions } from "./client.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import type { Resource, ResourceType } from "./resource.ts";

const TYPE: ResourceType = { group: "", version: "v1", plural: "configmaps", kind: "ConfigMap", namespaced: true };
const wanted = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings", namespace: "team" },
  data: { a: "1" },
};
const present: Resource = { metadata: { ...wanted.metadata, uid: "1", resourceVersion: "7" } };
const applied = (fieldsV1: object) => ({ manager: "us", operation: "Apply", fieldsV1 });
const created = (fieldsV1: object) => ({ manager: "us-create", operation: "Update", fieldsV1 });

/** Answers with these managed fields in turn; the resource version is that of the request's number. */
function start(...managedFields: readonly (readonly object[])[]) {
  const sent: (Patch | { readonly kind: "create" })[] = [];
  const options: (WriteOptions | undefined)[] = [];
  const answer = (patch: Patch | { readonly kind: "create" }, given: WriteOptions | undefined) => {
    const metadata = { ...wanted.metadata, uid: "1", managedFields: managedFields[sent.length] ?? [] };
    sent.push(patch);
    options.push(given);
    return Promise.resolve({ ...wanted, metadata: { ...metadata, resourceVersion: `${sent.length}` } });
  };
  const client = {
    create: (_type: unknown, _object: unknown, given?: WriteOptions) => answer({ kind: "create" }, given),
    patch: (_type: unknown, _name: unknown, patch: Patch, given?: WriteOptions) => answer(patch, given),
  } as unknown as ApplyClient;
  return { sent, options, application: { client, type: TYPE, wanted, fieldManager: "us" } };
}

test("an apply carries the uid and the resource version that were read", async () => {
  const { sent, application } = start([applied({})]);
  await applyGuarded({ ...application, present });
  const object = { ...wanted, metadata: { ...wanted.metadata, uid: "1", resourceVersion: "7" } };
  expect(sent).toEqual([{ kind: "apply", object, fieldManager: "us", force: true }]);
});

test("what was not there is created, and its fields handed to the one who applies", async () => {
  const other = { manager: "them", operation: "Update", fieldsV1: { "f:b": {} } };
  const { sent, options, application } = start([other, created({ "f:a": {} })]);
  await applyGuarded({ ...application, present: undefined });
  expect(sent.map(({ kind }) => kind)).toEqual(["create", "json"]);
  expect(options[0]).toMatchObject({ fieldManager: "us-create" });
  expect(sent[1]).toEqual({
    kind: "json",
    operations: [
      { op: "replace", path: "/metadata/managedFields", value: [other, applied({ "f:a": {} })] },
      { op: "replace", path: "/metadata/resourceVersion", value: "1" },
    ],
  });
});

test("fields that a create left behind are united with those of the apply, which is done again", async () => {
  const { sent, application } = start([created({ "f:data": { "f:a": {} } }), applied({ "f:data": { "f:b": {} } })]);
  await applyGuarded({ ...application, present });
  expect(sent.map(({ kind }) => kind)).toEqual(["apply", "json", "apply"]);
  expect(sent[1]).toMatchObject({
    operations: [{ value: [applied({ "f:data": { "f:a": {}, "f:b": {} } })] }, { value: "1" }],
  });
  expect(sent[2]).toMatchObject({ object: { metadata: { resourceVersion: "2" } } });
});

test("what we wrote otherwise under the same name is not taken for something applied", async () => {
  const { sent, application } = start([{ manager: "us", operation: "Update", fieldsV1: { "f:metadata": {} } }]);
  await applyGuarded({ ...application, present });
  expect(sent).toHaveLength(1);
});

test("a status is applied to the subresource, with nothing else of the metadata", async () => {
  const { sent, options, application } = start();
  const labelled = { ...wanted, metadata: { ...wanted.metadata, labels: { a: "b" } } };
  await applyStatus({ ...application, wanted: labelled, present });
  const metadata = { name: "settings", namespace: "team", uid: "1", resourceVersion: "7" };
  expect(sent).toMatchObject([{ kind: "apply", object: { metadata } }]);
  expect(sent[0]).not.toHaveProperty("object.metadata.labels");
  expect(options[0]).toMatchObject({ subresource: "status" });
});

test("says nothing of an object that was deleted since it was read", async () => {
  const gone = new KubernetesError("not there", { code: 404, reason: "NotFound" });
  const client = { create: () => Promise.reject(gone), patch: () => Promise.reject(gone) };
  await expect(applyStatus({ client, type: TYPE, wanted, present, fieldManager: "us" })).resolves.toBeUndefined();
});
