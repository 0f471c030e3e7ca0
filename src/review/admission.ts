import type { AdmissionRequest } from "#api/admission-review.ts";
import type { ReviewContext, Verdict } from "./verdict.ts";

/** A request that Gatehouse is not there to judge: a registration fault, never a silent allow. */
export interface UnsupportedRequest {
  readonly unsupported: string;
}

/**
 * The verdict of `/mutate`: defaults to add, or, where the object's shape is
 * wrong, the denial that the API server could not give in one answer.
 */
export function reviewMutation(_request: AdmissionRequest, _context: ReviewContext): Verdict | UnsupportedRequest {
  throw new Error("not written yet");
}

/** The verdict of `/validate`: shape and every rule, on the object as it would be stored. */
export function reviewValidation(_request: AdmissionRequest, _context: ReviewContext): Verdict | UnsupportedRequest {
  throw new Error("not written yet");
}
