import { describe, expect, test } from "vitest";
import { fieldChanges } from "./field-changes.ts";
import { pathText } from "./field-path.ts";

/** Each change as `path: old -> new`. */
function changed(old: unknown, current: unknown): readonly string[] {
  return fieldChanges(old, current).map(
    (change) => `${pathText(change.path)}: ${JSON.stringify(change.old)} -> ${JSON.stringify(change.new)}`,
  );
}

describe("the changes between two states", () => {
  test.each<[string, unknown, unknown, readonly string[]]>([
    ["none where both are equal", { a: { b: [1] } }, { a: { b: [1] } }, []],
    ["a value", { spec: { replicas: 1 } }, { spec: { replicas: 3 } }, ["spec.replicas: 1 -> 3"]],
    ["another type of value", { a: "1" }, { a: 1 }, ['a: "1" -> 1']],
    ["a field that came", {}, { data: { a: "x" } }, ['data.a: undefined -> "x"']],
    ["a field that went", { data: { a: "x", b: "y" } }, { data: { b: "y" } }, ['data.a: "x" -> undefined']],
    ["a field that came empty", {}, { a: {}, b: [] }, ["a: undefined -> {}", "b: undefined -> []"]],
    ["a field that was emptied", { a: { b: 1 } }, { a: {} }, ["a.b: 1 -> undefined"]],
    ["null is a value", { a: null }, { a: 1 }, ["a: null -> 1"]],
    ["null that got leaves, by its leaves", { a: null }, { a: { b: 1 } }, ["a.b: undefined -> 1"]],
    ["leaves that became null, by the leaves", { a: [1] }, { a: null }, ["a[0]: 1 -> undefined"]],
    ["null that went", { a: null }, {}, ["a: null -> undefined"]],
    ["an object that became a list", { a: { b: 1 } }, { a: [1] }, ['a: {"b":1} -> [1]']],
    [
      "the old order first, new fields last",
      { b: 1, a: 1 },
      { c: 1, a: 2, b: 2 },
      ["b: 1 -> 2", "a: 1 -> 2", "c: undefined -> 1"],
    ],
    ["names that objects have by themselves", {}, { constructor: 1 }, ["constructor: undefined -> 1"]],
    ["items by index", { a: ["x", "y"] }, { a: ["x", "z", "w"] }, ['a[1]: "y" -> "z"', 'a[2]: undefined -> "w"']],
    [
      "items by name",
      {
        containers: [
          { name: "a", image: "1" },
          { name: "b", image: "1" },
        ],
      },
      { containers: [{ name: "b", image: "2" }] },
      [
        'containers[a].name: "a" -> undefined',
        'containers[a].image: "1" -> undefined',
        'containers[b].image: "1" -> "2"',
      ],
    ],
    [
      "items by type",
      { conditions: [{ type: "Ready", status: "False" }] },
      {
        conditions: [
          { type: "New", status: "True" },
          { type: "Ready", status: "True" },
        ],
      },
      [
        'conditions[Ready].status: "False" -> "True"',
        'conditions[New].type: undefined -> "New"',
        'conditions[New].status: undefined -> "True"',
      ],
    ],
    [
      "items by index where two share a name",
      {
        ports: [
          { name: "a", port: 1 },
          { name: "a", port: 2 },
        ],
      },
      {
        ports: [
          { name: "a", port: 1 },
          { name: "a", port: 3 },
        ],
      },
      ["ports[1].port: 2 -> 3"],
    ],
    [
      "items by type where they share a name",
      {
        list: [
          { name: "x", type: "a", v: 1 },
          { name: "x", type: "b", v: 1 },
        ],
      },
      {
        list: [
          { name: "x", type: "b", v: 2 },
          { name: "x", type: "a", v: 1 },
        ],
      },
      ["list[b].v: 1 -> 2", 'list.(order): ["a","b"] -> ["b","a"]'],
    ],
    ["items that came into an empty list", { a: [] }, { a: [{ name: "x" }] }, ['a[x].name: undefined -> "x"']],
    [
      "the order of items",
      { a: [{ name: "x" }, { name: "y" }] },
      { a: [{ name: "y" }, { name: "x" }] },
      ['a.(order): ["x","y"] -> ["y","x"]'],
    ],
    [
      "no noise",
      { metadata: { resourceVersion: "1", generation: 1, managedFields: [{ manager: "a" }], labels: { a: "1" } } },
      { metadata: { resourceVersion: "2", generation: 2, managedFields: [], labels: { a: "2" } } },
      ['metadata.labels.a: "1" -> "2"'],
    ],
    [
      "fields elsewhere that are called like noise",
      { spec: { generation: 1 } },
      { spec: { generation: 2 } },
      ["spec.generation: 1 -> 2"],
    ],
  ])("%s", (_, old, current, expected) => {
    expect(changed(old, current)).toEqual(expected);
  });
});
