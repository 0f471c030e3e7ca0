import { valueAt } from "#api/field-path.ts";

/** Whether an object is being deleted. It only loses finalizers then, which must never be refused. */
export function isTerminating(object: unknown): boolean {
  return typeof valueAt(object, ["metadata", "deletionTimestamp"]) === "string";
}
