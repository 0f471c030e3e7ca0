import { describe, expect, it } from "vitest";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import { configWith, factsFor, findingsOf } from "../../../test/support/facts.ts";
import { HOLDS } from "../rule.ts";
import { unapprovedModel } from "./unapproved-model.ts";

type Spec = Partial<ApprovedModel["spec"]>;

function approval(spec: Spec = {}, name = "openai"): ApprovedModel {
  return {
    apiVersion: "gateway.example.com/v1",
    kind: "ApprovedModel",
    metadata: { name },
    spec: { provider: "openai", models: ["gpt-4o*"], lifecycle: { state: "Approved" }, ...spec },
  };
}

const gpt: Model = { name: "gpt-4o", type: "llm", endpoint: "https://api.openai.example/v1" };

function find(model: Model, ...approvals: ApprovedModel[]) {
  const facts = factsFor({ object: configWith({ models: [model] }), approvals });
  return findingsOf(unapprovedModel, facts).map(({ part: _part, ...finding }) => finding);
}

describe("unapproved-model", () => {
  it("holds for a model that an approval covers, and for one that a ModelConfig describes", () => {
    const facts = factsFor({ object: configWith({ models: [gpt] }), approvals: [approval()] });
    const [model] = facts.owner.models;
    expect(model && unapprovedModel.judges.model?.(model, facts)).toBe(HOLDS);
    expect(find({ name: "shared", modelRef: { name: "gpt" } })).toEqual([]);
  });

  it("finds a model that no approval names, at the field with its id", () => {
    const detail = "must be named by an ApprovedModel";
    expect(find({ name: "llama" }, approval())).toMatchObject([
      { at: ["name"], kind: "Not found", value: "llama", detail },
    ]);
    expect(find({ name: "mine", model: "llama" }, approval())).toMatchObject([
      { at: ["model"], value: "llama", detail },
    ]);
  });

  it.each<[string, string, readonly ApprovedModel[]]>([
    ["a misspelt id", "the nearest is 'gpt-4o'", [approval({ models: ["gpt-5", "gpt-4o", "gpt-4.1"] })]],
    ["a misspelt beginning", "the nearest is 'gpt-4o*'", [approval({ models: ["gpt-4o*"] })]],
    ["an id, though a pattern is as near", "the nearest is 'gpt-4o'", [approval({ models: ["gpt-4o*", "gpt-4o"] })]],
    [
      "one that is approved, though another is nearer",
      "the nearest is 'gpt-4'",
      [approval({ models: ["gpt-4o"], lifecycle: { state: "Retired" } }), approval({ models: ["gpt-4"] }, "other")],
    ],
  ])("proposes the nearest approved model for %s", (_what, proposal, approvals) => {
    expect(find({ name: "gtp-4o" }, ...approvals)[0]?.detail).toBe(`must be named by an ApprovedModel; ${proposal}`);
  });

  it.each<[string, Spec]>([
    ["is unlike it", { models: ["claude-sonnet"] }],
    ["is only proposed", { lifecycle: { state: "Proposed" } }],
    ["is deprecated", { lifecycle: { state: "Deprecated" } }],
    ["has expired", { lifecycle: { state: "Approved", expiresAt: "2026-12-31T00:00:00Z" } }],
    ["is for another namespace", { namespaces: { names: ["team-b"] } }],
    ["is of another provider", { provider: "azure" }],
    ["is a short prefix", { models: ["gt*"] }],
  ])("proposes no model that %s", (_what, spec) => {
    const [finding] = find({ name: "gpt-4o", provider: "openai" }, approval({ models: ["gpt-4"], ...spec }));
    expect(finding?.detail).toBe("must be named by an ApprovedModel");
  });

  it("proposes nothing where a pattern's own approval has ended, though another names what it begins with", () => {
    const ended = approval({ models: ["gpt-4o*"], lifecycle: { state: "Retired" } });
    const [finding] = find({ name: "gpt-40-mini" }, ended, approval({ models: ["gpt-4o"] }, "other"));
    expect(finding?.detail).toBe("must be named by an ApprovedModel");
  });

  it("compares about as much for many models as for one", () => {
    const unlike = Array.from({ length: 1000 }, (_, index) => `other-${index + 10_000}`);
    const approvals = [approval({ models: [...unlike, "gpt-4o-mini"] })];
    const proposals = (count: number) => {
      const models = Array.from({ length: count }, () => ({ name: "gtp-4o-mini" }));
      const found = findingsOf(unapprovedModel, factsFor({ object: configWith({ models }), approvals }));
      return found.filter(({ detail }) => detail.includes("nearest")).length;
    };
    expect([proposals(1), proposals(256)]).toEqual([1, 0]);
  });

  it.each<[string, Spec, object]>([
    ["another provider", { provider: "azure" }, { at: ["provider"], kind: "Unsupported value", value: "openai" }],
    ["another type", { types: ["embedding"] }, { at: ["type"], kind: "Unsupported value", value: "llm" }],
    ["another host", { endpoints: { hosts: ["*.azure.example"] } }, { at: ["endpoint"], value: "api.openai.example" }],
    ["a region", { regions: ["eu-west-1"] }, { at: ["region"], kind: "Required value" }],
    ["another version", { versions: { deny: ["preview"] } }, { at: ["version"], value: "preview" }],
    ["another namespace", { namespaces: { names: ["team-b"] } }, { at: ["name"], kind: "Forbidden" }],
    [
      "an earlier time",
      { lifecycle: { state: "Approved", expiresAt: "2026-12-31T00:00:00Z" } },
      { at: ["name"], detail: expect.stringContaining("the approval expired at 2026-12-31T00:00:00Z") as string },
    ],
    ["no use yet", { lifecycle: { state: "Proposed" } }, { at: ["name"], kind: "Forbidden" }],
    ["no use any more", { lifecycle: { state: "Retired" } }, { at: ["name"], kind: "Forbidden" }],
  ])("finds a model that is approved for %s", (_what, spec, expected) => {
    const model = { ...gpt, provider: "openai", version: "preview", dataClassification: ["restricted"] };
    expect(find(model, approval(spec))).toMatchObject([{ source: "approval openai", ...expected }]);
  });

  it("leaves a model to classification that is approved but for its data", () => {
    const model = { ...gpt, provider: "openai", dataClassification: ["restricted"] };
    expect(find(model, approval({ dataClassifications: ["public"] }))).toEqual([]);
    expect(find(model, approval({ dataClassifications: ["public"], regions: ["eu-west-1"] }))).toHaveLength(2);
  });

  it("names everything that keeps the closest approval from covering the model", () => {
    const far = approval({ provider: "azure" }, "azure");
    const near = approval({ endpoints: { hosts: ["eu.openai.example"] }, regions: ["eu-west-1"] }, "near");
    const found = find({ ...gpt, provider: "openai", region: "us-east-1" }, far, near);
    expect(found.map(({ at, source }) => [at, source])).toEqual([
      [["endpoint"], "approval near"],
      [["region"], "approval near"],
    ]);
  });

  it("advises to replace a model whose only approval is deprecated", () => {
    const lifecycle = { state: "Deprecated", replacement: "gpt-5", retiresAt: "2027-06-01T00:00:00Z" } as const;
    const deprecated = approval({ lifecycle });
    const detail = "must be replaced by 'gpt-5' before it retires at 2027-06-01T00:00:00Z, since it is deprecated";
    expect(find(gpt, deprecated)).toMatchObject([
      { at: ["name"], value: "gpt-4o", detail, advice: true, source: "approval openai" },
    ]);
    expect(find(gpt, approval({ lifecycle: { state: "Deprecated" } }))).toMatchObject([
      { detail: "must be replaced, since it is deprecated" },
    ]);
    expect(find(gpt, deprecated, approval({}, "other"))).toEqual([]);
  });

  it("never shows more of an endpoint than its host", () => {
    const endpoint = "https://user:secret@evil.example/v1?api-key=secret";
    const found = find({ ...gpt, endpoint }, approval({ endpoints: { hosts: ["api.openai.example"] } }));
    expect(found).toHaveLength(1);
    expect(JSON.stringify(found)).not.toContain("secret");
  });

  it("reads every field that coverage may rest on, and the name only where it is the id", () => {
    const others = [["provider"], ["type"], ["endpoint"], ["region"], ["version"], ["dataClassification"]];
    expect(find({ name: "llama" })[0]?.read).toEqual([["name"], ["model"], ...others]);
    expect(find({ name: "mine", model: "llama" })[0]?.read).toEqual([["model"], ...others]);
  });
});
