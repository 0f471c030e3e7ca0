import fc from "fast-check";
import type { AdmissionRequest } from "#api/admission-review.ts";
import { GROUP, VERSION } from "#api/kind.ts";
import { kindByName } from "#api/kinds.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { anyConfig, factObjects } from "../arbitrary-objects.ts";
import { KNOWN_MODELS } from "../known-models.ts";
import { reviewFixtures } from "../review-fixture.ts";

/** Reviews to begin with, and what the cluster holds while they are judged. */
export interface ReviewCorpus {
  /** AdmissionReviews as an API server writes them. */
  readonly texts: readonly string[];
  readonly lookup: FactIndex;
}

/** How many configurations are generated beside the fixtures; each becomes a few reviews. */
const GENERATED = 200;

/**
 * Every fixture and as many generated objects again, of every kind, each created,
 * updated, written again, deleted and asked for a subresource, in both versions.
 */
export function reviewCorpus(seed: number): ReviewCorpus {
  const fixtures = reviewFixtures();
  const facts = [...fixtures.flatMap(({ facts }) => facts), ...fc.sample(factObjects, { seed, numRuns: 20 }).flat()];
  const lookup = new FactIndex(KNOWN_MODELS);
  for (const fact of facts) lookup.apply(fact);
  const generated = fc.sample(anyConfig, { seed, numRuns: GENERATED });
  const pairs: [unknown, unknown][] = [
    ...fixtures.map(({ object, old }): [unknown, unknown] => [object, old ?? object]),
    ...generated.map((object, index): [unknown, unknown] => [object, generated[index - 1] ?? object]),
    ...facts.map((fact, index): [unknown, unknown] => [fact, facts[index - 1] ?? fact]),
  ];
  return { texts: pairs.flatMap(([object, old]) => reviewsOf(object, old)), lookup };
}

function reviewsOf(object: unknown, old: unknown): readonly string[] {
  return [
    reviewText(object, { operation: "CREATE", object, oldObject: null }),
    reviewText(object, { operation: "UPDATE", object, oldObject: old }),
    reviewText(object, { operation: "UPDATE", object, oldObject: object }),
    reviewText(object, { operation: "DELETE", object: null, oldObject: object, name: "" }),
    reviewText(object, { operation: "UPDATE", object, oldObject: old, subResource: "status" }, "v1beta1"),
  ];
}

function reviewText(of: unknown, fields: Partial<AdmissionRequest>, version = "v1"): string {
  const { kind } = of as { kind?: unknown };
  const { kind: name, plural } = kindByName.get(String(kind)) ?? { kind: "Namespace", plural: "namespaces" };
  const group = plural === "namespaces" ? "" : GROUP;
  const request: AdmissionRequest = {
    uid: `uid-${name}-${fields.operation}`,
    kind: { group, version: VERSION, kind: name },
    resource: { group, version: VERSION, resource: plural },
    name: "first",
    namespace: "team-a",
    operation: "CREATE",
    userInfo: { username: "alice", groups: ["system:authenticated"] },
    dryRun: false,
    ...fields,
  };
  return JSON.stringify({ apiVersion: `admission.k8s.io/${version}`, kind: "AdmissionReview", request });
}
