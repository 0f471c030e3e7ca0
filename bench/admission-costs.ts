import type { AdmissionRequest } from "#api/admission-review.ts";
import { kindByPlural } from "#api/kinds.ts";
import { mutationOperations } from "#mutate/mutation-operations.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { reviewMutation, reviewValidation } from "#review/admission.ts";
import { KNOWN_MODELS } from "../test/support/known-models.ts";
import type { AdmissionFigures } from "./admission.ts";
import { benchedFacts, reviewBody, SIZES } from "./objects.ts";
import { median } from "./statistics.ts";

const ROUNDS = 15;

/** Long enough for the clock, short enough for many rounds. */
const REVIEWS = 1500;

/** Costs that need no network: what the patch is of a review, and what more approved models cost. */
export function admissionCosts(report: (line: string) => void): Pick<AdmissionFigures, "patchShare" | "approvalsCost"> {
  const [few, many] = [indexOf(10), indexOf(100_000)];
  const body = reviewBody(SIZES[0] ?? { name: "small", models: 10, routes: 10, policies: 5 });
  const patchShares: number[] = [];
  const approvalsCosts: number[] = [];
  for (let round = -3; round < ROUNDS; round += 1) {
    const withFew = microsecondsOf(() => reviewBoth(body, few));
    const withMany = microsecondsOf(() => reviewBoth(body, many));
    const patch = microsecondsOf(patchOf(body, few));
    if (round < 0) continue; // to warm up
    patchShares.push(patch / withFew);
    approvalsCosts.push(withMany / withFew);
    report(
      `in process, round ${round + 1}: review ${withFew.toFixed(2)} µs, patch ${patch.toFixed(3)} µs, with 100,000 approvals ${withMany.toFixed(2)} µs`,
    );
  }
  return { patchShare: median(patchShares), approvalsCost: median(approvalsCosts) };
}

function indexOf(approvals: number): FactIndex {
  const index = new FactIndex(KNOWN_MODELS);
  for (const fact of benchedFacts(approvals)) index.apply(fact);
  return index;
}

/** From the body to both verdicts, as the API server asks for them. */
function reviewBoth(body: string, lookup: FactIndex): void {
  const now = Date.now();
  reviewMutation(requestIn(body), { lookup, now });
  reviewValidation(requestIn(body), { lookup, now });
}

function requestIn(body: string): AdmissionRequest {
  return (JSON.parse(body) as { request: AdmissionRequest }).request;
}

/** Only the building of the operations, on a request that is there already. */
function patchOf(body: string, lookup: FactIndex): () => void {
  const request = requestIn(body);
  const kind = kindByPlural.get(request.resource.resource);
  if (!kind) throw new Error("the benched kind is gone");
  const now = Date.now();
  const policy = lookup.effectivePolicy({ namespace: "team-a", name: "bench" }, now);
  return () => mutationOperations(kind, request.object, undefined, { lookup, now, policy, namespace: "team-a" });
}

function microsecondsOf(work: () => void): number {
  const start = performance.now();
  for (let count = 0; count < REVIEWS; count += 1) work();
  return ((performance.now() - start) * 1000) / REVIEWS;
}
