import { describe, expect, test } from "vitest";
import { type LabelSelector, selects, selectsEverything } from "./label-selector.ts";

const labels = { env: "prod", team: "blue" };

describe("a label selector is met", () => {
  const met: readonly [string, LabelSelector][] = [
    ["by any labels when it is empty", {}],
    ["when every label has its value", { matchLabels: { env: "prod", team: "blue" } }],
    ["when a label is in the list", { matchExpressions: [{ key: "env", operator: "In", values: ["dev", "prod"] }] }],
    ["when a label is not in the list", { matchExpressions: [{ key: "env", operator: "NotIn", values: ["dev"] }] }],
    ["when a label that must not be in a list is missing", { matchExpressions: [notIn("tier", "gold")] }],
    ["when a label is there", { matchExpressions: [{ key: "team", operator: "Exists" }] }],
    ["when a label is missing", { matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] }],
  ];
  test.each(met)("%s", (_, selector) => {
    expect(selects(selector, labels)).toBe(true);
  });
});

describe("a label selector is not met", () => {
  const unmet: readonly [string, LabelSelector][] = [
    ["when one of several labels differs", { matchLabels: { env: "prod", team: "red" } }],
    ["when a label is missing", { matchLabels: { tier: "gold" } }],
    ["when a label is not in the list", { matchExpressions: [{ key: "env", operator: "In", values: ["dev"] }] }],
    [
      "when a label that must be in a list is missing",
      { matchExpressions: [{ key: "tier", operator: "In", values: ["gold"] }] },
    ],
    ["when the list is missing", { matchExpressions: [{ key: "env", operator: "In" }] }],
    ["when a label is in the list of those it must not have", { matchExpressions: [notIn("env", "prod")] }],
    ["when a label that must be there is missing", { matchExpressions: [{ key: "tier", operator: "Exists" }] }],
    ["when a label that must be missing is there", { matchExpressions: [{ key: "env", operator: "DoesNotExist" }] }],
    [
      "when one of several requirements fails",
      { matchLabels: { env: "prod" }, matchExpressions: [notIn("team", "blue")] },
    ],
    [
      "when a label that everything inherits is asked for",
      { matchExpressions: [{ key: "constructor", operator: "Exists" }] },
    ],
  ];
  test.each(unmet)("%s", (_, selector) => {
    expect(selects(selector, labels)).toBe(false);
  });
});

test("a label called __proto__ is a label", () => {
  const named: unknown = JSON.parse('{"__proto__": "a"}');
  expect(selects({ matchLabels: named as Record<string, string> }, named as Record<string, string>)).toBe(true);
  expect(selects({ matchLabels: named as Record<string, string> }, {})).toBe(false);
});

test("a selector that is absent or asks for nothing selects everything", () => {
  expect([undefined, {}, { matchLabels: {} }, { matchExpressions: [] }].map(selectsEverything)).toEqual(
    Array(4).fill(true),
  );
  expect(selectsEverything({ matchLabels: { env: "prod" } })).toBe(false);
  expect(selectsEverything({ matchExpressions: [notIn("env", "prod")] })).toBe(false);
});

function notIn(key: string, ...values: string[]) {
  return { key, operator: "NotIn" as const, values };
}
