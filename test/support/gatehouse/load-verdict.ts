import { valueAt } from "#api/field-path.ts";
import type { ApiResponse } from "../control-plane/request.ts";

/**
 * What became of a request whose right answer is known. `cut`: the API server
 * itself did not answer; `failed`: it did, but a review that it needed did not
 * take place.
 */
export type LoadVerdict = "right" | "failed" | "wrongly admitted" | "wrongly denied" | "cut";

/** What is asked for: an object that is admitted with its defaults, or one that is denied. */
export type Sample = "good" | "bad";

/** Judges an answer; undefined: there was none. */
export function judgeAnswer(sample: Sample, answer: ApiResponse | undefined): LoadVerdict {
  if (answer === undefined) return "cut";
  const { status, body } = answer;
  if (isUnready(body)) return "cut";
  if (status >= 500 || status === 429) return isOfWebhook(body) ? "failed" : "cut";
  const isAdmitted = status === 200 || status === 201;
  if (sample === "bad") {
    if (isAdmitted) return "wrongly admitted";
    return String(valueAt(body, ["message"])).includes(DENIAL) ? "right" : "wrongly denied";
  }
  if (!isAdmitted) return "wrongly denied";
  // The mutating webhook fails open, so that only this shows that it was not asked.
  return valueAt(body, ["spec", "gatewayClassName"]) === "default" ? "right" : "failed";
}

/**
 * An API server that has just started refuses what its admission policies judge until it
 * has found the kind of their parameters, for which it looks every 30 s, and has read them.
 */
function isUnready(body: unknown): boolean {
  return UNREADY.test(String(valueAt(body, ["message"])));
}

/** In the words of k8s.io/apiserver, pkg/admission/plugin/policy. */
const UNREADY = /failed to find resource referenced by paramKind|paramKind kind .* not (?:known|yet synced)/;

function isOfWebhook(body: unknown): boolean {
  return String(valueAt(body, ["message"])).includes("failed calling webhook");
}

/** Only Gatehouse says this: the admission floor knows nothing of the limits of approvals. */
const DENIAL = "(rate-limit-bounds, approval openai-gpt-4o)";
