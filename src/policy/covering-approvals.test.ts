import { describe, expect, test } from "vitest";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { closestRefusal, coveringApprovals } from "./covering-approvals.ts";
import { FactIndex } from "./fact-index.ts";

const use = { namespace: "team-a", now: Date.parse("2027-01-01T12:00:00Z") };
const model = { name: "gpt-4o", provider: "openai", version: "1" };

test("the approvals that cover a model come by name", () => {
  const index = indexOf({
    zeta: {},
    alpha: { models: ["gpt-*"] },
    beta: { provider: "azure" },
    gamma: { models: ["*"] },
  });
  expect(coveringApprovals(index, model, use).map(({ metadata }) => metadata.name)).toEqual(["alpha", "gamma", "zeta"]);
});

test("approvals for labelled namespaces cover by the labels that the look-up knows", () => {
  const index = indexOf({ only: { namespaces: { selector: { matchLabels: { env: "prod" } } } } });
  expect(coveringApprovals(index, model, use)).toEqual([]);
  index.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "team-a", labels: { env: "prod" } } });
  expect(coveringApprovals(index, model, use)).toHaveLength(1);
});

describe("the closest refusal", () => {
  test("is none where an approval covers the model", () => {
    expect(closestRefusal(indexOf({ a: { provider: "azure" }, b: {} }), model, use)).toBeUndefined();
  });

  test("is none where no approval names the model", () => {
    expect(closestRefusal(indexOf({ a: { models: ["gpt-5"] } }), model, use)).toBeUndefined();
  });

  test("comes from the approval that got furthest", () => {
    const index = indexOf({
      another: { provider: "azure" },
      ended: { lifecycle: { state: "Approved", expiresAt: "2026-06-01T00:00:00Z", replacement: "gpt-5" } },
      versions: { versions: { allow: ["2"] } },
    });
    expect(closestRefusal(index, model, use)).toMatchObject({
      source: "approval ended",
      approval: { metadata: { name: "ended" } },
      refusals: [{ detail: "must be approved, but the approval expired at 2026-06-01T00:00:00Z; use 'gpt-5' instead" }],
    });
  });

  test("of approvals that got as far comes from the one with fewer reasons, then from the first by name", () => {
    const expired = { state: "Approved" as const, expiresAt: "2026-06-01T00:00:00Z" };
    const index = indexOf({
      a: { versions: { allow: ["2"] }, lifecycle: expired },
      c: { versions: { allow: ["3"] } },
      b: { versions: { allow: ["2"] } },
    });
    expect(closestRefusal(index, model, use)?.source).toBe("approval b");
  });
});

function indexOf(specs: Readonly<Record<string, Partial<ApprovedModel["spec"]>>>): FactIndex {
  const index = new FactIndex();
  for (const [name, spec] of Object.entries(specs)) {
    const approval: ApprovedModel = {
      apiVersion: "gateway.example.com/v1",
      kind: "ApprovedModel",
      metadata: { name },
      spec: { provider: "openai", models: ["gpt-4o"], lifecycle: { state: "Approved" }, ...spec },
    };
    index.apply(approval);
  }
  return index;
}
