import fc from "fast-check";
import { expect, test } from "vitest";
import { FactIndex } from "#policy/fact-index.ts";
import { ARBITRARY_KNOWN_MODELS } from "../../test/support/arbitrary-known-models.ts";
import { factObjects, validConfig } from "../../test/support/arbitrary-objects.ts";
import { NOW } from "../../test/support/facts.ts";
import { requestFor } from "../../test/support/review-fixture.ts";
import { reviewMutation, reviewValidation } from "./admission.ts";

/** An object, and the same with the models of another one that have the same names, field by field. */
const edits = fc.tuple(validConfig, validConfig, fc.nat(3)).map(([old, other, choice]) => {
  const models = old.spec.models.map((model) => {
    const edited = other.spec.models.find(({ name }) => name === model.name);
    const fields = [edited, { timeouts: edited?.timeouts }, { rateLimits: edited?.rateLimits }, {}][choice];
    return JSON.parse(JSON.stringify({ ...model, ...fields })) as typeof model;
  });
  return { old, object: { ...old, spec: { ...old.spec, models, routes: choice === 3 ? [] : old.spec.routes } } };
});

test("an update that is allowed without our defaults is allowed with them", () => {
  let allowed = 0;
  fc.assert(
    fc.property(factObjects, edits, (facts, { old, object }) => {
      const lookup = new FactIndex(ARBITRARY_KNOWN_MODELS);
      lookup.replace(facts);
      const context = { lookup, now: NOW };
      if (!isAllowed(reviewValidation(requestFor(object, old), context))) return;
      allowed += 1;
      const request = requestFor(object, old);
      const mutation = reviewMutation(request, context);
      expect(mutation).toMatchObject({ allowed: true });
      expect(reviewValidation(requestFor(request.object, old), context)).toMatchObject({ allowed: true });
    }),
    { numRuns: 500 },
  );
  expect(allowed).toBeGreaterThan(20); // a property that saw nothing must be red
});

function isAllowed(verdict: ReturnType<typeof reviewValidation>): boolean {
  return "allowed" in verdict && verdict.allowed;
}
