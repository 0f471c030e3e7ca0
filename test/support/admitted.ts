import { reviewMutation, reviewValidation, type UnsupportedRequest } from "#review/admission.ts";
import { completedBySchema } from "#review/schema-completion.ts";
import type { Verdict } from "#review/verdict.ts";
import { FIXTURE_NOW, kindOf, lookupOf, type ReviewFixture, requestFor } from "./review-fixture.ts";

interface Admitted {
  readonly verdict: Verdict;
  /** What would be stored. */
  readonly stored: unknown;
}

/** The way of an object through the API server: prune and default, `/mutate`, default again, `/validate`. */
export function admitted(fixture: ReviewFixture): Admitted {
  const context = { lookup: lookupOf(fixture), now: FIXTURE_NOW };
  if (fixture.operation === "DELETE") return { verdict: deleted(fixture), stored: undefined };
  const old = fixture.old && completedBySchema(kindOf(fixture), fixture.old).object;
  const request = requestFor(completedBySchema(kindOf(fixture), fixture.object).object, old);
  const mutation = decided(reviewMutation(request, context));
  if (!mutation.allowed) return { verdict: mutation, stored: undefined };
  const stored = completedBySchema(kindOf(fixture), request.object).object;
  const verdict = decided(reviewValidation(requestFor(stored, old), context));
  return { verdict: { ...verdict, operations: mutation.operations }, stored };
}

function deleted(fixture: ReviewFixture): Verdict {
  const context = { lookup: lookupOf(fixture), now: FIXTURE_NOW };
  const request = requestFor(null, completedBySchema(kindOf(fixture), fixture.object).object);
  return decided(reviewValidation(request, context));
}

/** The verdict, where there is one. */
export function decided(verdict: Verdict | UnsupportedRequest): Verdict {
  if ("unsupported" in verdict) throw new Error(verdict.unsupported);
  return verdict;
}
