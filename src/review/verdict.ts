import type { AbsentFact } from "#api/absent-fact.ts";
import type { AddOperation } from "#api/admission-review.ts";
import type { Violation } from "#api/violation.ts";
import type { mutationOperations } from "#mutate/mutation-operations.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import type { SecretLookup } from "#validate/known-secret.ts";
import type { Rule } from "#validate/rule.ts";

/** What a verdict depends on beside the object: nothing else, neither clock nor network. */
export interface ReviewContext {
  readonly lookup: PolicyLookup;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The Secrets that may be read, where any may: never at admission. */
  readonly secrets?: SecretLookup;
  /** Instead of all rules: tests plant faulty ones. */
  readonly rules?: readonly Rule[];
  /** Instead of what policy adds: tests plant what does not fit. */
  readonly defaults?: typeof mutationOperations;
}

/** The one answer about an object, the same on every face. */
export interface Verdict {
  readonly allowed: boolean;
  /** Every violation that is not `Off`, sorted by path, whatever comes of it. */
  readonly violations: readonly Violation[];
  /** What policies in Audit would have denied or warned about beyond that. */
  readonly audited: readonly AuditedViolation[];
  /** Sentences that are no violations but should be seen, such as fields that nobody knows. */
  readonly notices: readonly string[];
  /** Defaults to add to the object as it was received; empty when nothing is to be added or it is denied. */
  readonly operations: readonly AddOperation[];
  /**
   * Facts that are not known and might change the verdict if they were. Caches lag
   * behind what a user has just stored, so who can wait a moment judges again when
   * one arrives. Absent or empty: the verdict stands.
   */
  readonly awaits?: readonly AbsentFact[];
}

export interface AuditedViolation {
  readonly policy: string;
  readonly violation: Violation;
}

/** Whether a violation is a reason to deny. */
export function denies(violation: Violation): boolean {
  return violation.action === "Deny" && !violation.excused;
}

/** Whether a violation is told to the user without stopping the request. */
export function warns(violation: Violation): boolean {
  return violation.action === "Warn" || (violation.action === "Deny" && violation.excused);
}
