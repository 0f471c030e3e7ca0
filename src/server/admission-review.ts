import type { AdmissionRequest } from "#api/admission-review.ts";
import type { AdmissionMetrics, ReviewOutcome } from "#observability/admission-metrics.ts";
import type { Logger } from "#observability/logger.ts";
import type { UnsupportedRequest } from "#review/admission.ts";
import { denies, type Verdict, warns } from "#review/verdict.ts";
import { decodeReview, type UndecodableReview } from "./decode-review.ts";
import { encodePanic, encodeUnsupported, encodeVerdict } from "./encode-answer.ts";
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
 * Answers the bytes of a review with the text of its answer, or says why they are
 * no review. Never throws: a review that does becomes a refusal that is counted.
 */
export function answerReview(body: Buffer, webhook: Webhook, observers: ReviewObservers): string | UndecodableReview {
  const started = performance.now();
  const decoded = decodeReview(body);
  if ("undecodable" in decoded) return decoded;
  const { metrics, logger } = observers;
  const { request } = decoded;
  let answer: string;
  let outcome: ReviewOutcome = "error";
  let verdict: Verdict | undefined;
  let fault: unknown;
  try {
    const judged = webhook.review(request);
    if ("unsupported" in judged) {
      answer = encodeUnsupported(decoded, judged);
      outcome = "unsupported";
    } else {
      answer = encodeVerdict(decoded, judged, webhook.mayPatch);
      outcome = outcomeOf(judged);
      verdict = judged;
      countViolations(judged, metrics);
    }
  } catch (error) {
    answer = encodePanic(decoded);
    fault = error;
    metrics.panics.value += 1;
  }
  const milliseconds = performance.now() - started;
  const { operation, kind, dryRun } = request;
  metrics.reviewed({ kind: kind.kind, operation, outcome, dryRun: dryRun === true }, milliseconds / 1000);
  logReview(logger, { webhook: webhook.path, request, outcome, verdict, fault, milliseconds });
  return answer;
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
