import { describe, expect, it } from "vitest";
import type { ObjectMeta } from "#api/object-meta.ts";
import { configWith } from "../../test/support/facts.ts";
import { fromPolicy, operationsFor } from "../../test/support/mutation.ts";

function withDefaults(labels: Readonly<Record<string, string>>) {
  return withEntries(Object.entries(labels));
}

function withEntries(labels: readonly (readonly [string, string])[]) {
  const entries = labels.map(([key, value]) => [key, fromPolicy(value)] as const);
  return { policy: { defaults: { labels: new Map(entries), rateLimits: {}, timeouts: {} } } };
}

const labelled = (labels: unknown) => configWith({}, { labels } as ObjectMeta);

describe("default labels", () => {
  it("are added in one operation where there is no label yet", () => {
    expect(operationsFor(configWith(), withDefaults({ team: "red", cost: "7" }))).toEqual([
      { op: "add", path: "/metadata/labels", value: { team: "red", cost: "7" } },
    ]);
  });

  it("join the labels that are there, whose values stay", () => {
    expect(operationsFor(labelled({ team: "blue" }), withDefaults({ team: "red", cost: "7" }))).toEqual([
      { op: "add", path: "/metadata/labels/cost", value: "7" },
    ]);
    expect(operationsFor(labelled({ team: null }), withDefaults({ team: "red" }))).toEqual([]);
  });

  it("have their keys escaped as JSON pointers ask", () => {
    expect(operationsFor(labelled({}), withDefaults({ "a/b~c": "1", "": "2" }))).toEqual([
      { op: "add", path: "/metadata/labels/a~1b~0c", value: "1" },
      { op: "add", path: "/metadata/labels/", value: "2" },
    ]);
  });

  it("may be called like what every object inherits, except `__proto__`, which no label may be called", () => {
    const world = withEntries([
      ["constructor", "1"],
      ["__proto__", "2"],
    ]);
    expect(operationsFor(labelled({}), world)).toEqual([
      { op: "add", path: "/metadata/labels/constructor", value: "1" },
    ]);
    expect(operationsFor(configWith(), withEntries([["__proto__", "2"]]))).toEqual([]);
  });

  it("are kept from labels and metadata of another shape", () => {
    const world = withDefaults({ team: "red" });
    for (const labels of [null, "team", 1, [], ["team"]]) expect(operationsFor(labelled(labels), world)).toEqual([]);
    for (const metadata of [undefined, null, "name", []]) {
      expect(operationsFor({ ...configWith(), metadata }, world)).toEqual([]);
    }
  });

  it("come back when an update removes them", () => {
    const world = withDefaults({ team: "red" });
    expect(operationsFor(labelled({ other: "1" }), world, labelled({ team: "blue" }))).toEqual([
      { op: "add", path: "/metadata/labels/team", value: "red" },
    ]);
    expect(operationsFor(configWith(), world, labelled({ team: "blue" }))).toEqual([
      { op: "add", path: "/metadata/labels", value: { team: "red" } },
    ]);
  });

  it("stay away on an update of an object that never had them", () => {
    const world = withDefaults({ team: "red", constructor: "red" });
    expect(operationsFor(labelled({ other: "2" }), world, labelled({ other: "1" }))).toEqual([]);
    expect(operationsFor(labelled({}), world, configWith())).toEqual([]);
    expect(operationsFor(labelled({}), world, "no object")).toEqual([]);
  });
});
