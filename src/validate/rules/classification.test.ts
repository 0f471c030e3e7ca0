import { expect, it } from "vitest";
import { configWith, factsFor } from "../../../test/support/facts.ts";
import { approvalWith } from "../../../test/support/mutation.ts";
import { HOLDS } from "../rule.ts";
import { classification } from "./classification.ts";

it("classification makes nothing for models that say nothing of their data, or are cleared for it", () => {
  const models = [
    { name: "gpt-4o", fallbacks: ["cleared"] },
    { name: "cleared", model: "gpt-4o", dataClassification: ["public"], fallbacks: ["gpt-4o"] },
  ];
  const routes = [
    { targetModel: "cleared", fallbacks: ["gpt-4o"] },
    { path: "/", targetModel: "gpt-4o" },
  ];
  const approvals = [approvalWith({ dataClassifications: ["public"] })];
  const facts = factsFor({ object: configWith({ models, routes }), approvals });
  for (const model of facts.owner.models) expect(classification.judges.model?.(model, facts)).toBe(HOLDS);
  for (const route of facts.owner.routes) expect(classification.judges.route?.(route, facts)).toBe(HOLDS);
});
