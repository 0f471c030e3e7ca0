import type { AdmissionRequest } from "#api/admission-review.ts";
import { valueAt } from "#api/field-path.ts";
import type { Kind } from "#api/kind.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { STORED_KINDS } from "#policy/stored-objects.ts";
import { deletionViolations } from "#validate/deletion.ts";
import { shapeFaults } from "#validate/shape.ts";
import { denies, type ReviewContext, type Verdict } from "./verdict.ts";

/**
 * The verdict on a deletion, by the object as it is stored: a deletecollection
 * names none. Where there is none, or only one of a shape from before, nothing
 * speaks against it. What clears up after an owner or a namespace is never held up.
 */
export function reviewDeletion(
  kind: Kind,
  { oldObject, userInfo }: AdmissionRequest,
  { lookup, now }: ReviewContext,
): Verdict {
  const isHeldUp = hasMetadata(oldObject) && !CLEANERS.has(userInfo?.username ?? "");
  const isSound = isHeldUp && shapeFaults(kind, oldObject).length === 0;
  const violations = isSound ? deletionViolations(kind, oldObject, { lookup, now }) : [];
  const allowed = !violations.some(denies);
  // Whoever depended on it may have been deleted a moment ago.
  const awaits = allowed ? [] : STORED_KINDS;
  return { allowed, violations, audited: [], notices: [], operations: [], awaits };
}

/** The namespace controller and the garbage collector, with service accounts of their own or without. */
const CLEANERS: ReadonlySet<string> = new Set([
  "system:serviceaccount:kube-system:namespace-controller",
  "system:serviceaccount:kube-system:generic-garbage-collector",
  "system:kube-controller-manager",
]);

function hasMetadata(object: unknown): object is KubernetesObject {
  const metadata = valueAt(object, ["metadata"]);
  return typeof metadata === "object" && metadata !== null;
}
