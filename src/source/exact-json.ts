import { valueAt } from "#api/field-path.ts";
import type { ExactNumber } from "./source-document.ts";

/**
 * A copy of a value that JSON.stringify prints with these numbers as they were
 * written. Where the value has no number at a path any more, it is left as it is.
 */
export function exactJson(value: unknown, exactNumbers: readonly ExactNumber[]): unknown {
  if (exactNumbers.length === 0) return value;
  const root = { value: structuredClone(value) };
  for (const { path, text } of exactNumbers) {
    const whole = ["value", ...path];
    const name = whole.at(-1) ?? "";
    const parent = valueAt(root, whole.slice(0, -1)) as Record<string | number, unknown>;
    if (typeof valueAt(root, whole) === "number") parent[name] = json.rawJSON(text);
  }
  return root.value;
}

/** ES2026, which TypeScript's library does not know yet. */
const json = JSON as unknown as { rawJSON(text: string): unknown };
