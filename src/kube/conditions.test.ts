import { expect, test } from "vitest";
import { type Condition, findCondition, removeCondition, setCondition } from "./conditions.ts";

const ready: Condition = {
  type: "Ready",
  status: "False",
  reason: "Starting",
  message: "it starts",
  observedGeneration: 1,
  lastTransitionTime: "2026-01-01T00:00:00Z",
};
const accepted: Condition = { ...ready, type: "Accepted", status: "True" };
const now = new Date("2026-01-02T03:04:05.678Z");

test("a new condition comes last and begins now, in whole seconds (clause 2.26)", () => {
  const { lastTransitionTime: _time, ...wanted } = ready;
  expect(setCondition([accepted], wanted, now)).toEqual({
    conditions: [accepted, { ...wanted, lastTransitionTime: "2026-01-02T03:04:05Z" }],
    isChanged: true,
  });
});

test("the transition time moves with the status (clause 2.26)", () => {
  const { conditions, isChanged } = setCondition([ready, accepted], { ...ready, status: "True" }, now);
  expect(isChanged).toBe(true);
  expect(conditions).toEqual([{ ...ready, status: "True", lastTransitionTime: "2026-01-02T03:04:05Z" }, accepted]);
});

test.each([
  ["reason", { reason: "Waiting" }],
  ["message", { message: "it waits" }],
  ["observed generation", { observedGeneration: 2 }],
])("a new %s is a change that does not move the transition time (clause 2.26)", (_what, change) => {
  const { conditions, isChanged } = setCondition([ready], { ...ready, ...change }, now);
  expect(isChanged).toBe(true);
  expect(conditions).toEqual([{ ...ready, ...change }]);
});

test("the same again is no change, and the same list (clause 2.26)", () => {
  const given = [accepted, ready];
  const result = setCondition(given, { ...ready, lastTransitionTime: "never read" } as Condition, now);
  expect(result.isChanged).toBe(false);
  expect(result.conditions).toBe(given);
});

test("a condition that is removed leaves the others in place", () => {
  const given = [accepted, ready];
  expect(removeCondition(given, "Accepted")).toEqual({ conditions: [ready], isChanged: true });
  expect(removeCondition(given, "Other")).toEqual({ conditions: given, isChanged: false });
  expect(findCondition(given, "Ready")).toBe(ready);
  expect(findCondition(given, "Other")).toBeUndefined();
});
