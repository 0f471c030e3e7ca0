import type { Kind } from "#api/kind.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { judgeWholly } from "./judgement.ts";
import { isTerminating } from "./terminating.ts";
import type { ReviewContext, Verdict } from "./verdict.ts";

/** A verdict without what only a request has: defaults to add, and fields that were dropped on the way. */
export type StoredVerdict = Omit<Verdict, "operations" | "notices" | "awaits">;

/**
 * The verdict on an object as it is stored, for who asks again because policies or
 * the time have changed. There is no state before it and no request, so nothing is
 * excused, and a default that nobody set is missing. What is being deleted passes.
 */
export function reviewStored(kind: Kind, object: KubernetesObject, context: ReviewContext): StoredVerdict {
  if (isTerminating(object)) return PASSED;
  const { namespace = "", name = "" } = object.metadata;
  return judgeWholly(
    { kind, object, old: undefined, subject: { namespace, name }, mentionsNoVariable: false },
    context,
  );
}

const PASSED: StoredVerdict = { allowed: true, violations: [], audited: [] };
