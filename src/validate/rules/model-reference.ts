import { FIELDS_OF_MODEL_CONFIG } from "#api/kinds/model.ts";
import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";

export const modelReference: Rule = {
  id: "model-reference",
  claim: "A model with `modelRef` has no other field but its name, since the ModelConfig says all else.",
  why: "Of two answers to one question the gateway uses one: an endpoint that looks changed is not, and what was approved is not what runs.",
  action: "Deny",
  floor: true,
  judges: { model: findFieldsBesideReference },
};

function findFieldsBesideReference(part: Part<"model">): readonly Finding[] {
  if (part.value.modelRef === undefined) return HOLDS;
  const extra = FIELDS_OF_MODEL_CONFIG.filter((field) => Object.hasOwn(part.value, field));
  if (extra.length === 0) return HOLDS;
  const detail = "must be given in the ModelConfig that `modelRef` names, not beside it";
  return extra.map((field) => ({ part, at: [field], kind: "Forbidden", detail, read: [["modelRef"], [field]] }));
}
