import { type Condition, findCondition, setCondition } from "#kube/conditions.ts";
import { plainText } from "#review/plain-text.ts";

/** What a condition is to say, before its generation and its time. */
export interface Verdict {
  readonly status: Condition["status"];
  /** CamelCase. */
  readonly reason: string;
  readonly message: string;
}

/** In the order in which they are shown. */
export type Verdicts<Type extends string = string> = Readonly<Record<Type, Verdict>>;

export function yes(reason: string, message: string): Verdict {
  return { status: "True", reason, message };
}

export function no(reason: string, message: string): Verdict {
  return { status: "False", reason, message };
}

export function unknown(reason: string, message: string): Verdict {
  return { status: "Unknown", reason, message };
}

/**
 * Verdicts as the conditions of a status, each with the time since when it is so.
 * Conditions of other types are not ours, and left out. Nothing that looks like a
 * credential gets into a message, and none is longer than a screen.
 */
export function conditionsOf(
  verdicts: Verdicts,
  previous: readonly Condition[] | undefined,
  { observedGeneration, now }: { readonly observedGeneration: number | undefined; readonly now: Date },
): readonly Condition[] {
  return Object.entries(verdicts).flatMap(([type, { status, reason, message }]) => {
    const present = findCondition(previous ?? [], type);
    const wanted = {
      type,
      status,
      reason: plainText(reason, LONGEST_REASON),
      message: plainText(message, LONGEST_MESSAGE),
      ...(observedGeneration !== undefined && { observedGeneration }),
    };
    return setCondition(present ? [present] : [], wanted, now).conditions;
  });
}

/** In characters; the schema allows 1,024 and 32,768. An event's note holds 1,024 bytes. */
const LONGEST_REASON = 128;
const LONGEST_MESSAGE = 1024;
