import { describe, expect, it } from "vitest";
import type { Route } from "#api/kinds/route.ts";
import { configWith, factsFor, findingsOf } from "../../../test/support/facts.ts";
import { HOLDS } from "../rule.ts";
import { targetWeights } from "./target-weights.ts";

function find(route: Route) {
  return findingsOf(targetWeights, factsFor({ object: configWith({ routes: [route] }) }));
}

describe("target-weights", () => {
  it.each<[string, Route]>([
    ["a target model alone", { targetModel: "a" }],
    [
      "weights that do not make 100",
      {
        targets: [
          { model: "a", weight: 2 },
          { model: "b", weight: 1 },
        ],
      },
    ],
    [
      "a weight of 0 beside another",
      {
        targets: [
          { model: "a", weight: 0 },
          { model: "b", weight: 1 },
        ],
      },
    ],
    ["an absent weight, which counts 1", { targets: [{ model: "a", weight: 0 }, { model: "b" }] }],
    ["an empty list of targets", { targetModel: "a", targets: [] }],
  ])("holds for %s", (_case, route) => {
    expect(find(route)).toEqual([]);
  });

  it("finds weights that are all 0", () => {
    expect(
      find({
        targets: [
          { model: "a", weight: 0 },
          { model: "b", weight: 0 },
        ],
      }),
    ).toMatchObject([
      { at: ["targets"], kind: "Invalid value", detail: "must have at least one weight above 0", read: [["targets"]] },
    ]);
  });

  it("finds a target model beside targets", () => {
    expect(find({ targetModel: "a", targets: [{ model: "b" }] })).toMatchObject([
      { at: ["targetModel"], kind: "Forbidden", detail: "must be absent when `targets` are given" },
    ]);
  });

  it("finds each repetition of a model", () => {
    expect(find({ targets: [{ model: "a" }, { model: "b" }, { model: "a" }, { model: "a" }] })).toMatchObject([
      { at: ["targets", 2, "model"], kind: "Duplicate value", value: "a" },
      { at: ["targets", 3, "model"], kind: "Duplicate value", value: "a" },
    ]);
  });

  it("allocates nothing where it holds", () => {
    const facts = factsFor({ object: configWith({ routes: [{ targets: [{ model: "a" }] }] }) });
    const [route] = facts.owner.routes;
    expect(route && targetWeights.judges.route?.(route, facts)).toBe(HOLDS);
  });
});
