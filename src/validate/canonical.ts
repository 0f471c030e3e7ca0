/** Deeper than any of our schemas; what is deeper is hostile, and no two such values count as equal. */
const MAX_DEPTH = 64;

/**
 * A text that is equal for equal JSON values, whatever the order of keys.
 * Undefined for values too deep to compare.
 */
export function canonical(value: unknown): string | undefined {
  try {
    return JSON.stringify(sorted(value, 0)) ?? "undefined";
  } catch (error) {
    if (error instanceof TooDeep) return undefined;
    throw error;
  }
}

class TooDeep extends Error {}

function sorted(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new TooDeep();
  if (Array.isArray(value)) return value.map((item) => sorted(item, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  // Pairs instead of an object, since a key such as `__proto__` must not be assigned.
  const pairs = Object.entries(value).map(([key, inner]) => [key, sorted(inner, depth + 1)] as const);
  return { fields: pairs.sort(([left], [right]) => (left < right ? -1 : 1)) };
}
