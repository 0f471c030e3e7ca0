import type { AddOperation } from "#api/admission-review.ts";
import { jsonPointer } from "#api/field-path.ts";
import { isJsonObject } from "./unchecked.ts";

/** A field's name and the value that it gets where it is not set. */
export type FieldDefault = readonly [name: string, value: unknown];

/** No operation: the answer of nearly every call, so it costs no allocation. */
export const NOTHING: readonly AddOperation[] = [];

/**
 * Operations that give the object at `pointer` the fields that it lacks: one for
 * each, or a single one that adds the object where it is missing itself. A value
 * of another shape is not ours to mend.
 */
export function additions(
  pointer: string,
  present: unknown,
  defaults: readonly FieldDefault[],
): readonly AddOperation[] {
  if (defaults.length === 0) return NOTHING;
  if (present === undefined) return [{ op: "add", path: pointer, value: Object.fromEntries(defaults) }];
  if (!isJsonObject(present)) return NOTHING;
  return defaults
    .filter(([name]) => !Object.hasOwn(present, name))
    .map(([name, value]) => ({ op: "add", path: pointer + jsonPointer([name]), value }));
}
