import { expect, test } from "vitest";
import { selects } from "#policy/label-selector.ts";
import { parseLabelSelector } from "./label-selector-text.ts";

test.each([
  ["team=a", { team: "a" }, { team: "b" }],
  ["team==a", { team: "a" }, {}],
  ["team!=a", {}, { team: "a" }],
  ["example.com/team in (a, b)", { "example.com/team": "b" }, { "example.com/team": "c" }],
  ["team notin (a,b)", { team: "c" }, { team: "a" }],
  ["team", { team: "" }, {}],
  ["!team", {}, { team: "a" }],
  ["stage in (test,live),team=a", { stage: "live", team: "a" }, { stage: "live" }],
  ["team=", { team: "" }, { team: "a" }],
])("%s selects as kubectl has it", (text, met, unmet) => {
  const selector = parseLabelSelector(text);
  expect(selector && selects(selector, met)).toBe(true);
  expect(selector && selects(selector, unmet)).toBe(false);
});

test.each(["", "team=a,", "=a", "team in a", "team in (a b)", "te am", "team=a b", "a in (b),c in", "!"])(
  "%j is no selector",
  (text) => {
    expect(parseLabelSelector(text)).toBeUndefined();
  },
);
