import type { AbsentFact } from "#api/absent-fact.ts";
import type { AdmissionRequest } from "#api/admission-review.ts";
import type { ReviewOutcome } from "#observability/admission-metrics.ts";
import type { Verdict } from "#review/verdict.ts";

/** A review that was judged, ready to be answered and observed. */
export interface JudgedReview {
  readonly request: AdmissionRequest;
  /** JSON. */
  readonly answer: string;
  readonly outcome: ReviewOutcome;
  readonly verdict: Verdict | undefined;
  /** What the review threw. */
  readonly fault: unknown;
  /** Facts whose arrival might change the verdict; none where it stands. */
  readonly awaits: readonly AbsentFact[];
  /** Time to decode, judge and encode. */
  readonly milliseconds: number;
}
