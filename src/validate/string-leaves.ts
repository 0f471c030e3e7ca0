import type { RelativePath } from "#api/field-path.ts";

export interface StringLeaf {
  readonly path: RelativePath;
  readonly text: string;
}

export interface StringLeaves {
  readonly leaves: readonly StringLeaf[];
  /** False where there was too much to look at; a rule should say so. */
  readonly isComplete: boolean;
}

/**
 * Every string in a value of any shape, shallow ones first. Without recursion and
 * within bounds, since free-form fields are input from anybody: a review may be
 * 3 MiB of brackets.
 */
export function stringLeaves(root: unknown): StringLeaves {
  const leaves: StringLeaf[] = [];
  const found: { readonly path: RelativePath; readonly value: unknown }[] = [{ path: [], value: root }];
  let characters = 0;
  for (const { path, value } of found) {
    if (typeof value === "string") {
      characters += value.length;
      if (characters > MAX_CHARACTERS) return { leaves, isComplete: false };
      leaves.push({ path, text: value });
    } else if (typeof value === "object" && value !== null) {
      const keys = Object.keys(value);
      if (found.length + keys.length > MAX_VALUES || path.length >= MAX_DEPTH) return { leaves, isComplete: false };
      // The loop goes on to what is appended here.
      for (const key of keys) {
        const segment = Array.isArray(value) ? Number(key) : key;
        found.push({ path: [...path, segment], value: (value as Readonly<Record<string, unknown>>)[key] });
      }
    }
  }
  return { leaves, isComplete: true };
}

/**
 * Whether some string in a value of any shape satisfies a test; true as well where
 * the value is too deep to tell. Makes nothing, so that it can be asked of every
 * part of every review before `stringLeaves` is.
 */
export function someString(value: unknown, test: (text: string) => boolean, depth = 0): boolean {
  if (typeof value === "string") return test(value);
  if (typeof value !== "object" || value === null) return false;
  if (depth >= MAX_DEPTH) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (someString(item, test, depth + 1)) return true;
    return false;
  }
  for (const field in value) {
    if (someString((value as Record<string, unknown>)[field], test, depth + 1)) return true;
  }
  return false;
}

// A thousand times what any gateway's settings need, and looked at within milliseconds.
export const MAX_VALUES = 10_000;
export const MAX_DEPTH = 32;
export const MAX_CHARACTERS = 262_144;
