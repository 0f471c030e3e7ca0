import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";

export const targetWeights: Rule = {
  id: "target-weights",
  claim: "A route's targets name each model once, have a weight above 0 among them and stand instead of `targetModel`.",
  why: "Where all weights are 0 the gateway divides by zero, picks at random or answers 503, as kthena did; with `targetModel` beside them one of the two is ignored.",
  action: "Deny",
  floor: true,
  judges: { route: findBadTargets },
};

function findBadTargets(part: Part<"route">): readonly Finding[] {
  const { targets, targetModel } = part.value;
  if (!targets || targets.length === 0) return HOLDS;
  const found: Finding[] = [];
  if (targetModel !== undefined) {
    const detail = "must be absent when `targets` are given";
    found.push({ part, at: ["targetModel"], kind: "Forbidden", detail, read: [["targetModel"], ["targets"]] });
  }
  // Weights are not negative, so their sum is above 0 as soon as one is.
  if (targets.every(({ weight }) => weight === 0)) {
    found.push({
      ...inTargets(part),
      at: ["targets"],
      kind: "Invalid value",
      detail: "must have at least one weight above 0",
    });
  }
  const named = new Set<string>();
  targets.forEach(({ model }, index) => {
    if (named.has(model)) {
      const detail = "must be named once in `targets`, with the sum of its weights";
      found.push({
        ...inTargets(part),
        at: ["targets", index, "model"],
        kind: "Duplicate value",
        value: model,
        detail,
      });
    }
    named.add(model);
  });
  return found.length === 0 ? HOLDS : found;
}

function inTargets(part: Part<"route">) {
  return { part, read: [["targets"]] } as const;
}
