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

/**
 * What makes a value too large for `stringLeaves`, as `must …`. Stops as soon as it
 * is, so that nobody lists the fields of what nobody would search to its end.
 */
export function excessOf(root: object): string | undefined {
  const known = excesses.get(root);
  if (known !== undefined) return known;
  const excess = new Measure().excess(root, 0);
  if (excess !== undefined) excesses.set(root, excess);
  return excess;
}

/** To begin listing 200,000 fields takes a twentieth of a second, and a review of a decoded object asks three times. */
const excesses = new WeakMap<object, string>();

class Measure {
  #values = 0;
  #characters = 0;

  excess(value: unknown, depth: number): string | undefined {
    this.#values += 1;
    if (this.#values > MAX_VALUES) return `must have fewer than ${MAX_VALUES} fields and items in all`;
    if (typeof value === "string") return this.#excessOfText(value);
    if (typeof value !== "object" || value === null) return undefined;
    if (depth >= MAX_DEPTH) return `must be at most ${MAX_DEPTH} levels deep`;
    for (const field in value) {
      const excess = this.excess((value as Readonly<Record<string, unknown>>)[field], depth + 1);
      if (excess !== undefined) return excess;
    }
    return undefined;
  }

  #excessOfText(text: string): string | undefined {
    this.#characters += text.length;
    return this.#characters > MAX_CHARACTERS ? `must have at most ${MAX_CHARACTERS} characters in all` : undefined;
  }
}

// A thousand times what any gateway's settings need, and looked at within milliseconds.
export const MAX_VALUES = 10_000;
export const MAX_DEPTH = 32;
export const MAX_CHARACTERS = 262_144;
