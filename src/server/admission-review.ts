import type { AdmissionRequest } from "#api/admission-review.ts";
import type { AdmissionMetrics, ReviewOutcome } from "#observability/admission-metrics.ts";
import type { Logger } from "#observability/logger.ts";
import type { UnsupportedRequest } from "#review/admission.ts";
import { denies, type Verdict, warns } from "#review/verdict.ts";
import { type DecodedReview, decodeReview, type UndecodableReview } from "./decode-review.ts";
import { encodePanic, encodeUnsupported, encodeVerdict } from "./encode-answer.ts";
import type { JudgedReview } from "./judged-review.ts";
import { logReview } from "./review-log.ts";

/** Judges one request. Pure and synchronous; what it needs to know of the world it brings along. */
export type Review = (request: AdmissionRequest) => Verdict | UnsupportedRequest;

/** One admission path. */
export interface Webhook {
  /** `/mutate`, as metrics and log lines name it. */
  readonly path: string;
  readonly mayPatch: boolean;
  readonly review: Review;
}

export interface ReviewObservers {
  readonly metrics: AdmissionMetrics;
  readonly logger: Logger;
}

/**
 * Judges the bytes of a review, or says why they are no review. Never throws: a
 * review that does becomes a refusal. Nothing is counted or logged, since one that
 * is held is judged several times.
 */
export function judgeReview(body: Buffer, webhook: Webhook): JudgedReview | UndecodableReview {
  const started = performance.now();
  const decoded = decodeReview(body);
  if ("undecodable" in decoded) return decoded;
  const { request } = decoded;
  const { answer, outcome, verdict, fault } = judged(decoded, webhook);
  const awaits = verdict?.awaits ?? NOTHING;
  return { request, answer, outcome, verdict, fault, awaits, milliseconds: performance.now() - started };
}

const NOTHING: JudgedReview["awaits"] = [];

/** Counts and logs a review that is answered. */
export function observeReview(review: JudgedReview, webhook: Webhook, { metrics, logger }: ReviewObservers): void {
  const { request, outcome, verdict, milliseconds } = review;
  const { operation, kind, dryRun } = request;
  if (verdict) countViolations(verdict, metrics);
  if (outcome === "error") metrics.panics.value += 1;
  metrics.reviewed({ kind: kind.kind, operation, outcome, dryRun: dryRun === true }, milliseconds / 1000);
  logReview(logger, webhook.path, review);
}

function judged(
  decoded: DecodedReview,
  webhook: Webhook,
): Pick<JudgedReview, "answer" | "outcome" | "verdict" | "fault"> {
  try {
    const verdict = webhook.review(decoded.request);
    if ("unsupported" in verdict) {
      return {
        answer: encodeUnsupported(decoded, verdict),
        outcome: "unsupported",
        verdict: undefined,
        fault: undefined,
      };
    }
    const outcome = outcomeOf(verdict);
    return { answer: encodeVerdict(decoded, verdict, webhook.mayPatch), outcome, verdict, fault: undefined };
  } catch (fault) {
    return { answer: encodePanic(decoded), outcome: "error", verdict: undefined, fault };
  }
}

function outcomeOf(verdict: Verdict): ReviewOutcome {
  if (!verdict.allowed) return "denied";
  return verdict.notices.length > 0 || verdict.violations.some(warns) ? "warned" : "allowed";
}

function countViolations({ violations }: Verdict, metrics: AdmissionMetrics): void {
  for (const violation of violations) {
    metrics.violated(violation.rule, denies(violation) ? "Deny" : warns(violation) ? "Warn" : violation.action);
  }
}
