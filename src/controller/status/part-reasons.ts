import type { PartState } from "../effective/effective.ts";

type Reasoned = Pick<PartState, "reason">;

/** It names something which is not there, or not as it must be. */
export function isAboutReferences({ reason = "" }: Reasoned): boolean {
  return REFERENCES.has(reason);
}

const REFERENCES: ReadonlySet<string> = new Set([
  "InvalidReference",
  "SecretNotFound",
  "SecretKeyNotFound",
  "SecretInvalid",
  "SecretNotForHost",
  "SecretAccessNotGranted",
]);

export function isAboutApproval({ reason = "" }: Reasoned): boolean {
  return APPROVALS.has(reason);
}

const APPROVALS: ReadonlySet<string> = new Set(["NotApproved", "ApprovalExpired", "ModelRetired"]);

/** A quarantined part took it along, and it is mended by mending that. */
export function isConsequence({ reason = "" }: Reasoned): boolean {
  return reason === "DependencyQuarantined";
}
