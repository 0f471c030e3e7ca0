import { expect, test } from "vitest";
import { metadataFaults } from "./metadata-faults.ts";

test.each([
  undefined,
  null,
  "text",
  {},
  { name: "main", labels: { "gateway.example.com/tier": "gold", empty: "" }, annotations: { "any key": "any text" } },
  { name: "", generateName: "main-", labels: null, annotations: null },
  { name: "a.b-c.0", labels: { dropped: null } },
])("nothing is wrong with the metadata %j", (metadata) => {
  expect(metadataFaults({ metadata })).toEqual([]);
});

test.each([
  [{ name: "Main" }, "name"],
  [{ name: "a..b" }, "name"],
  [{ name: "a".repeat(254) }, "name"],
  [{ name: 7 }, "name"],
  [{ labels: ["tier"] }, "labels"],
  [{ labels: { tier: 1 } }, "labels.tier"],
  [{ labels: { tier: "gold tier" } }, "labels.tier"],
  [{ labels: { "/tier": "gold" } }, "labels./tier"],
  [{ annotations: { note: {} } }, "annotations.note"],
  [{ annotations: "note" }, "annotations"],
])("something is wrong with the metadata %j", (metadata, at) => {
  const found = metadataFaults({ metadata });
  expect(found.map(({ path }) => path.join("."))).toEqual([`metadata.${at}`]);
  expect(found[0]?.detail).toMatch(/^must be /);
});

test("of a hundred thousand labels only some are told", () => {
  const labels = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`label ${index}`, ""]));
  expect(metadataFaults({ metadata: { labels } })).toHaveLength(100);
});
