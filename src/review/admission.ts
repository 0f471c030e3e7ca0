import fastJsonPatch from "fast-json-patch";
import type { AddOperation, AdmissionRequest } from "#api/admission-review.ts";
import { GROUP, type Kind, VERSION } from "#api/kind.ts";
import { kindByPlural } from "#api/kinds.ts";
import { mutationOperations } from "#mutate/mutation-operations.ts";
import { awaitedFacts } from "./awaited-facts.ts";
import { reviewDeletion } from "./deletion.ts";
import { type Candidate, candidateOf, judgeWholly, stopsAtShape } from "./judgement.ts";
import { isTerminating } from "./terminating.ts";
import type { ReviewContext, Verdict } from "./verdict.ts";

/** A request that Gatehouse is not there to judge: a registration fault, never a silent allow. */
export interface UnsupportedRequest {
  readonly unsupported: string;
}

/**
 * The verdict of `/mutate`: defaults to add, or, where the object's shape is
 * wrong, the denial that the API server could not give in one answer. The
 * operations have been applied to `request.object`.
 */
export function reviewMutation(request: AdmissionRequest, context: ReviewContext): Verdict | UnsupportedRequest {
  const target = targetOf(request);
  if ("deleted" in target) return PASSED;
  if (!("candidate" in target)) return target;
  const { candidate } = target;
  const operations = defaultsFor(candidate, context);
  if (operations.length > 0) applyTo(candidate.object, operations);
  if (stopsAtShape(candidate, context)) return { ...judgeWholly(candidate, context), notices: [], operations: [] };
  return { ...PASSED, operations, awaits: awaitedFacts([], candidate.subject, context.lookup) };
}

/** Throws where an operation does not fit the object: what has not been applied here must not be sent. */
function applyTo(object: unknown, operations: readonly AddOperation[]): void {
  fastJsonPatch.applyPatch(object, operations as AddOperation[], wellFormed);
}

/** The library then checks that each path leads somewhere, and not once more the operations, which are made here. */
function wellFormed(): void {}

/** The verdict of `/validate`: shape and every rule, on the object as it would be stored, or on its deletion. */
export function reviewValidation(request: AdmissionRequest, context: ReviewContext): Verdict | UnsupportedRequest {
  const target = targetOf(request);
  if ("deleted" in target) return reviewDeletion(target.deleted, request, context);
  if (!("candidate" in target)) return target;
  const { candidate } = target;
  const judged = judgeWholly(candidate, context);
  const awaits = awaitedFacts(judged.violations, candidate.subject, context.lookup);
  return { ...judged, notices: [], operations: [], awaits };
}

/** The defaults that policy adds to an object, as operations on it. */
export function defaultsFor(
  { kind, object, old, subject }: Candidate,
  { lookup, now, defaults = mutationOperations }: ReviewContext,
): readonly AddOperation[] {
  const policy = lookup.effectivePolicy(subject, now);
  return defaults(kind, object, old, { lookup, now, policy, namespace: subject.namespace });
}

const PASSED: Verdict = { allowed: true, violations: [], audited: [], notices: [], operations: [] };

/** What there is to judge in a request, or the answer where there is nothing. */
function targetOf(
  request: AdmissionRequest,
): { readonly candidate: Candidate } | { readonly deleted: Kind } | Verdict | UnsupportedRequest {
  const kind = kindOf(request);
  if (!kind) return { unsupported: unsupportedResource(request) };
  if (request.subResource) return PASSED; // a status or scale is no spec
  switch (request.operation) {
    case "DELETE":
      return isTerminating(request.oldObject) ? PASSED : { deleted: kind };
    case "CONNECT":
      return PASSED;
    case "CREATE":
    case "UPDATE":
      // What is being deleted only loses finalizers, which must never be refused.
      return isTerminating(request.object) ? PASSED : { candidate: candidateOf(kind, request) };
    default:
      return {
        unsupported: `operation '${String(request.operation)}' must be one of 'CREATE', 'UPDATE', 'DELETE', 'CONNECT'`,
      };
  }
}

function kindOf({ resource }: AdmissionRequest): Kind | undefined {
  return resource.group === GROUP && resource.version === VERSION ? kindByPlural.get(resource.resource) : undefined;
}

function unsupportedResource({ resource, kind }: AdmissionRequest): string {
  const given = `${resource.resource}.${resource.version}.${resource.group} (kind '${kind.kind}')`;
  return `resource ${given} is not governed by Gatehouse; it must be one of ${[...kindByPlural.keys()].map((plural) => `'${plural}.${VERSION}.${GROUP}'`).join(", ")}`;
}
