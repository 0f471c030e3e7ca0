import { wholeSecondsTime } from "./micro-time.ts";

/** As metav1.Condition. */
export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  /** The generation that it speaks of. */
  readonly observedGeneration?: number;
  /** When the status last changed. */
  readonly lastTransitionTime: string;
}

export interface ConditionChange {
  /** The very list that was given when nothing changed. */
  readonly conditions: readonly Condition[];
  /** Do not write a status for nothing: each write wakes every watcher, ourselves included. */
  readonly isChanged: boolean;
}

/**
 * Sets the condition of that type, as apimachinery's SetStatusCondition: the
 * transition time moves only with the status, so that "False for 3 h" stays
 * true when only the message changes. Others keep their place.
 */
export function setCondition(
  conditions: readonly Condition[],
  wanted: Omit<Condition, "lastTransitionTime">,
  now: Date,
): ConditionChange {
  const index = conditions.findIndex(({ type }) => type === wanted.type);
  const present = conditions[index];
  if (!present) {
    return { conditions: [...conditions, { ...wanted, lastTransitionTime: wholeSecondsTime(now) }], isChanged: true };
  }
  const isSame = COMPARED.every((field) => present[field] === wanted[field]);
  if (isSame) return { conditions, isChanged: false };
  const lastTransitionTime = present.status === wanted.status ? present.lastTransitionTime : wholeSecondsTime(now);
  return { conditions: conditions.with(index, { ...wanted, lastTransitionTime }), isChanged: true };
}

/** Without the condition of that type. */
export function removeCondition(conditions: readonly Condition[], type: string): ConditionChange {
  const isChanged = conditions.some((condition) => condition.type === type);
  return { conditions: isChanged ? conditions.filter((condition) => condition.type !== type) : conditions, isChanged };
}

export function findCondition(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((condition) => condition.type === type);
}

const COMPARED = ["status", "reason", "message", "observedGeneration"] as const;
