import fastJsonPatch from "fast-json-patch";
import { expect, test } from "vitest";
import type { AddOperation } from "#api/admission-review.ts";
import { withAdditions } from "./with-additions.ts";

const OBJECT = {
  metadata: { labels: { "a/b": "1" } },
  spec: { models: [{ name: "a", rateLimits: {} }, { name: "b" }] },
};
const OPERATIONS: readonly AddOperation[] = [
  { op: "add", path: "/metadata/labels/team~1x", value: "y" },
  { op: "add", path: "/spec/models/0/rateLimits/burst", value: 5 },
  { op: "add", path: "/spec/models/0/timeouts", value: { request: "5s" } },
  { op: "add", path: "/spec/gatewayClassName", value: "shared" },
];

test("the object has what the operations add, and is itself left as it is", () => {
  const before = structuredClone(OBJECT);
  const patched = fastJsonPatch.applyPatch(structuredClone(OBJECT), OPERATIONS as AddOperation[]).newDocument;
  expect(withAdditions(OBJECT, OPERATIONS)).toEqual(patched);
  expect(OBJECT).toEqual(before);
});

test("what is not on the way to an addition is shared", () => {
  const added = withAdditions(OBJECT, OPERATIONS);
  expect(added.spec.models[1]).toBe(OBJECT.spec.models[1]);
  expect(withAdditions(OBJECT, []).spec).toBe(OBJECT.spec);
});
