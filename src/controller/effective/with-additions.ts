import type { AddOperation } from "#api/admission-review.ts";
import { parsePointer } from "#api/field-path.ts";

/**
 * The object with what operations add to it. What they do not touch is shared with
 * the object, which is left as it is. Each operation adds a field to an object.
 */
export function withAdditions<T extends object>(object: T, operations: readonly AddOperation[]): T {
  const copies = new Map<object, Fields>();
  const root = copyOf(object, copies);
  for (const { path, value } of operations) {
    const segments = parsePointer(path, object);
    const last = segments.at(-1);
    if (last !== undefined) holderOf(root, segments.slice(0, -1), copies)[last] = value;
  }
  return root as T;
}

type Fields = Record<string | number, unknown>;

/** The object at a path, copied all the way there. */
function holderOf(root: Fields, path: readonly (string | number)[], copies: Map<object, Fields>): Fields {
  let holder = root;
  for (const segment of path) {
    const inner = copyOf(holder[segment] ?? {}, copies);
    holder[segment] = inner;
    holder = inner;
  }
  return holder;
}

/** Once for each object, and a copy is not copied again. */
function copyOf(object: object, copies: Map<object, Fields>): Fields {
  const known = copies.get(object);
  if (known) return known;
  const copy = (Array.isArray(object) ? [...(object as unknown[])] : { ...object }) as Fields;
  copies.set(object, copy);
  copies.set(copy, copy);
  return copy;
}
