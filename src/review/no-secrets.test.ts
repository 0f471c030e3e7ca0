import { expect, test } from "vitest";
import { FactIndex } from "#policy/fact-index.ts";
import { NOW } from "../../test/support/facts.ts";
import { KNOWN_MODELS } from "../../test/support/known-models.ts";
import { type ReviewFixture, requestFor, reviewFixtures } from "../../test/support/review-fixture.ts";
import { reviewMutation, reviewValidation } from "./admission.ts";
import { reviewDocument } from "./document.ts";

/** Put together here, so that no scanner of repositories takes it for a real one. */
const KEY = ["sk", "proj", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4"].join("-");

let said = 0;

test.each(reviewFixtures())(
  "a key that was pasted into any field of $name, or as its name, is in no answer",
  (fixture) => {
    const lookup = new FactIndex(KNOWN_MODELS);
    lookup.replace(fixture.facts);
    for (const spoiled of spoiledCopies(fixture.object)) {
      const answers = answersAbout(fixture, spoiled, lookup);
      expect(answers).not.toContain(KEY);
      said += answers.includes("***") ? 1 : 0;
    }
  },
);

test("a search that found nothing to hide would be red", () => expect(said).toBeGreaterThan(20));

/** The object with the key for each of its texts, one at a time, and for the name of each of its fields. */
function* spoiledCopies(object: object): Generator {
  const texts = JSON.stringify(object).match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  for (const text of new Set(texts)) yield JSON.parse(JSON.stringify(object).replaceAll(text, JSON.stringify(KEY)));
}

/** What anybody is told: everything but the patch and the defaulted object, which are the user's own. */
function answersAbout(fixture: ReviewFixture, object: unknown, lookup: FactIndex): string {
  const context = { lookup, now: NOW };
  const request = { ...requestFor(fixture.object, undefined), object };
  const offline = reviewDocument(object, context);
  const admitted = [reviewMutation, reviewValidation].map((review) => review(structuredClone(request), context));
  return JSON.stringify(
    [...admitted, offline].map((answer) => ({ ...answer, operations: [], defaulted: undefined, awaits: [] })),
  );
}
