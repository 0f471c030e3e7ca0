import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutManagedFields } from "./managed-fields.ts";

const FIELDS = [{ manager: 'k"u\\', fieldsV1: { "f:spec": { 'k:{"name":"]"}': { ".": {} } } } }, {}];

function bytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

test.each([
  ["first", { metadata: { managedFields: FIELDS, name: "a" }, spec: 1 }],
  ["in the middle", { metadata: { labels: { x: '{"' }, managedFields: FIELDS, name: "a" } }],
  ["last", { kind: "A", metadata: { name: "a", managedFields: FIELDS } }],
  ["alone", { kind: "A", metadata: { managedFields: FIELDS } }],
  ["behind a last applied object", { metadata: { annotations: { a: '{"managedFields":[]}\\' }, managedFields: [] } }],
])("managed fields are cut out where they stand %s", (_place, object) => {
  const { managedFields: _, ...metadata } = object.metadata;
  expect(JSON.parse(withoutManagedFields(bytes(object), 1))).toEqual({ ...object, metadata });
  const frame = { type: "ADDED", object };
  expect(JSON.parse(withoutManagedFields(bytes(frame), 2))).toEqual({
    ...frame,
    object: { ...object, metadata },
  });
});

test.each([
  [
    "of a template in the spec",
    { metadata: { name: "a" }, spec: { template: { metadata: { managedFields: FIELDS } } } },
  ],
  ["of something else than the metadata", { metadata: { name: "a" }, spec: { managedFields: FIELDS } }],
  ["deeper in the metadata", { metadata: { owner: { managedFields: FIELDS } } }],
  ["of an object in a list", { items: [{ metadata: { managedFields: FIELDS } }] }],
  ["that are no list", { metadata: { managedFields: { a: 1 } } }],
])("managed fields %s stay", (_place, object) => {
  expect(withoutManagedFields(bytes(object), 1)).toBe(JSON.stringify(object));
});

test("whatever else an object holds, it loses its managed fields and nothing more", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), fc.array(fc.jsonValue()), (a, b, c, managedFields) => {
      const object = { a, metadata: { b, managedFields, c }, d: a };
      expect(withoutManagedFields(bytes(object), 1)).toBe(JSON.stringify({ a, metadata: { b, c }, d: a }));
    }),
  );
});

test("a text that is cut off anywhere is still no JSON", () => {
  const whole = bytes({ metadata: { managedFields: FIELDS, name: "a" } });
  for (let length = 1; length < whole.length; length += 1) {
    const cut = withoutManagedFields(whole.subarray(0, length), 1);
    expect(() => void JSON.parse(cut)).toThrow(SyntaxError);
  }
});
