import { type Condition, findCondition } from "#kube/conditions.ts";
import type { EventDetails } from "#kube/event-object.ts";

/**
 * An event for each condition that turned, as long as somebody would want to know: that
 * all is well only where it was not, and nothing of what only sums up others or is
 * still on its way.
 */
export function conditionEvents(
  before: readonly Condition[] | undefined,
  after: readonly Condition[] = [],
): readonly EventDetails[] {
  return after.flatMap((condition) => {
    const { type, status, reason, message } = condition;
    const old = findCondition(before ?? [], type);
    const isWell = status === (UNWELCOME.has(type) ? "False" : "True");
    const hasTurned = old?.status !== status || (!isWell && old.reason !== reason);
    const isTold = isWell ? old !== undefined || type === "Programmed" : status !== "Unknown";
    if (!hasTurned || !isTold || SUMMARIES.has(type) || QUIET.has(reason)) return [];
    return [{ type: isWell ? "Normal" : "Warning", reason, action: type, note: message }];
  });
}

/** That they are True is what somebody would want to know. */
const UNWELCOME: ReadonlySet<string> = new Set(["Expired", "Terminating"]);

const SUMMARIES: ReadonlySet<string> = new Set(["Ready"]);

/** Reasons that are gone in a moment, or that ask nothing of anybody. */
const QUIET: ReadonlySet<string> = new Set(["Verifying", "Pending", "CleaningUp", "ApprovalNotRequired", "Released"]);
