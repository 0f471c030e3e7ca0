import type { AdmissionResponse } from "#api/admission-review.ts";
import type { UnsupportedRequest } from "#review/admission.ts";
import { plainText } from "#review/plain-text.ts";
import type { Verdict } from "#review/verdict.ts";
import { auditAnnotationsOf } from "./audit-annotations.ts";
import type { DecodedReview } from "./decode-review.ts";
import { denialOf } from "./denial.ts";
import { warningsOf } from "./warnings.ts";

/** Runes of a request's own words in a refusal. */
const MAX_REASON_RUNES = 1024;

/** The answer to a verdict. A patch goes out only from a mutating webhook, and never with a denial. */
export function encodeVerdict(review: DecodedReview, verdict: Verdict, mayPatch: boolean): string {
  const { request } = review;
  const { allowed, operations } = verdict;
  const patches = mayPatch && allowed && operations.length > 0 && isObject(request.object);
  const warnings = warningsOf(verdict);
  const auditAnnotations = auditAnnotationsOf(verdict);
  return encode(review, {
    uid: request.uid,
    allowed,
    ...(allowed ? {} : { status: denialOf(request, verdict) }),
    ...(patches ? { patchType: "JSONPatch", patch: base64(JSON.stringify(operations)) } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(auditAnnotations ? { auditAnnotations } : {}),
  });
}

/** The answer to a request that we are not there to judge. */
export function encodeUnsupported(review: DecodedReview, { unsupported }: UnsupportedRequest): string {
  const message = plainText(unsupported, MAX_REASON_RUNES);
  const status = { status: "Failure", code: 400, reason: "BadRequest", message } as const;
  return encode(review, { uid: review.request.uid, allowed: false, status });
}

/** The answer to a review that threw. What was thrown is for the log alone. */
export function encodePanic(review: DecodedReview): string {
  const message = "Gatehouse could not judge this request; its log tells why, under the request's uid";
  const status = { status: "Failure", code: 500, reason: "InternalError", message } as const;
  return encode(review, { uid: review.request.uid, allowed: false, status });
}

function encode({ apiVersion }: DecodedReview, response: AdmissionResponse): string {
  return JSON.stringify({ apiVersion, kind: "AdmissionReview", response });
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
