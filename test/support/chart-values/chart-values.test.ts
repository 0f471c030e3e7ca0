import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CHART, chartValues, documentedValues } from "./documented-values.ts";
import { chartSchema, everySchema, schemaAt } from "./values-schema.ts";
import { withValuesTable } from "./values-table.ts";

const VALUES = chartValues();
const SCHEMA = chartSchema();

/** What a chart is given without being asked. */
const GIVEN_BY_HELM = ["global"];

test("each value of the chart is in its schema", () => {
  expect(VALUES.length).toBeGreaterThan(10);
  const missing = VALUES.filter(({ path }) => schemaAt(SCHEMA, path) === undefined);
  expect(missing.map(({ path }) => path.join("."))).toEqual([]);
});

test("each name in the schema is a value of the chart, or part of one", () => {
  const known = VALUES.map(({ path }) => path.join("."));
  const named = everySchema(SCHEMA).map(({ path }) => path.join("."));
  const unknown = named.filter((name) => !known.some((value) => isWithin(name, value) || isWithin(value, name)));
  expect(unknown.filter((name) => name !== "")).toEqual(GIVEN_BY_HELM);
});

test("every object of the schema says which names it may have", () => {
  const objects = everySchema(SCHEMA).filter(({ schema }) => schema.type === "object" || schema.properties);
  const open = objects.filter(({ schema }) => (schema.additionalProperties ?? true) === true);
  expect(open.map(({ path }) => path.join("."))).toEqual(GIVEN_BY_HELM);
});

test("each value has a comment", () => {
  expect(VALUES.filter(({ comment }) => comment === "").map(({ path }) => path.join("."))).toEqual([]);
});

test("the README has each value with its comment; `npm run generate` writes it", () => {
  const readme = readFileSync(join(CHART, "README.md"), "utf8");
  expect(withValuesTable(readme, VALUES)).toBe(readme);
});

test("a map with comments inside is several values, one without is one, and a comment may have two lines", () => {
  const text =
    "# The\n# first.\na: 1\n\n# A part.\nb:\n  # Of b.\n  c: []\n  # Also.\n  d: x\n# Whole.\ne:\n  f: 1\n  g: {}\n";
  expect(documentedValues(text)).toEqual([
    { path: ["a"], default: 1, comment: "The first." },
    { path: ["b", "c"], default: [], comment: "Of b." },
    { path: ["b", "d"], default: "x", comment: "Also." },
    { path: ["e"], default: { f: 1, g: {} }, comment: "Whole." },
  ]);
});

function isWithin(part: string, whole: string): boolean {
  return part === whole || part.startsWith(`${whole}.`);
}
