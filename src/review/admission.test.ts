import { expect, test } from "vitest";
import { FactIndex } from "#policy/fact-index.ts";
import { configWith, NOW } from "../../test/support/facts.ts";
import { requestFor } from "../../test/support/review-fixture.ts";
import { reviewMutation, reviewValidation } from "./admission.ts";

test.each([
  ["mutating", reviewMutation],
  ["validating", reviewValidation],
])("a status or scale is no spec, so the %s webhook lets it pass whatever the spec is", (_, review) => {
  const request = requestFor(configWith({ models: [{ name: "" }] }), undefined);
  const context = { lookup: new FactIndex(), now: NOW };
  expect(review(request, context)).toMatchObject({ allowed: false });
  for (const subResource of ["status", "scale"]) {
    expect(review({ ...request, subResource }, context)).toMatchObject({ allowed: true, violations: [] });
  }
});
