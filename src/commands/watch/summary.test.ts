import { expect, test } from "vitest";
import { counted, summaryOf } from "./summary.ts";

const NOW = new Date("2026-11-23T12:00:00Z");
const metadata = { name: "x", creationTimestamp: "2026-11-20T12:00:00Z" };

test.each<[object, string]>([
  [{ metadata: { name: "x" } }, ""],
  [{ metadata }, "3d old"],
  [{ metadata: { name: "x", creationTimestamp: "2026-11-23T11:58:01Z" } }, "119s old"],
  [{ metadata: { name: "x", creationTimestamp: "2026-11-23T10:01:00Z" } }, "119m old"],
  [{ metadata: { name: "x", creationTimestamp: "2026-11-23T12:00:09Z" } }, "0s old"],
  [{ metadata, data: { password: "c2VjcmV0" } }, "1 key, 3d old"],
  [{ metadata, data: null, spec: null, status: null }, "3d old"],
  [
    { metadata, status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] } },
    "Running, Ready=True, 3d old",
  ],
  [{ metadata, spec: { replicas: 3 }, status: { readyReplicas: 2, conditions: [null] } }, "2/3 ready, 3d old"],
  [
    { metadata: { ...metadata, deletionTimestamp: "2026-11-23T11:59:00Z" }, status: { phase: "Active" } },
    "being deleted, Active, 3d old",
  ],
])("sums %j up as %j", (object, summary) => {
  expect(summaryOf(object as { metadata: { name: string } }, NOW)).toBe(summary);
});

test.each([
  [0, "0 keys"],
  [1, "1 key"],
])("counts %i as %s", (count, text) => {
  expect(counted(count, "key")).toBe(text);
});
