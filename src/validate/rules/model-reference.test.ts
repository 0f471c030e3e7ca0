import { describe, expect, it } from "vitest";
import type { Model } from "#api/kinds/model.ts";
import { configWith, factsFor, findingsOf } from "../../../test/support/facts.ts";
import { HOLDS } from "../rule.ts";
import { modelReference } from "./model-reference.ts";

function find(model: Model) {
  return findingsOf(modelReference, factsFor({ object: configWith({ models: [model] }) }));
}

describe("model-reference", () => {
  it("holds for a name with a reference, and for any model without one", () => {
    expect(find({ name: "shared", modelRef: { name: "gpt" } })).toEqual([]);
    expect(find({ name: "own", type: "llm", endpoint: "https://api.openai.example/v1" })).toEqual([]);
    const facts = factsFor({ object: configWith({ models: [{ name: "own", type: "llm" }] }) });
    const [model] = facts.owner.models;
    expect(model && modelReference.judges.model?.(model, facts)).toBe(HOLDS);
  });

  it("finds every field beside a reference, and shows no value, since one may be a credential", () => {
    const found = find({ name: "shared", modelRef: { name: "gpt" }, type: "llm", auth: { value: "sk-secret" } });
    const detail = "must be given in the ModelConfig that `modelRef` names, not beside it";
    expect(found).toMatchObject([
      { at: ["type"], kind: "Forbidden", detail, read: [["modelRef"], ["type"]] },
      { at: ["auth"], kind: "Forbidden", detail, read: [["modelRef"], ["auth"]] },
    ]);
    expect(found.every(({ value }) => value === undefined)).toBe(true);
  });
});
