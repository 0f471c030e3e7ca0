/**
 * JSON whose bytes depend only on the value: keys in order, and what is undefined
 * left out. The outer `depth` levels have a line for each entry, so that people and
 * `diff` can read it, and all that is further in is written without a space.
 */
export function canonicalJson(value: unknown, depth: number): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const [open, close, entries] = Array.isArray(value)
    ? ["[", "]", value.map((item) => canonicalJson(item, depth - 1))]
    : ["{", "}", entriesOf(value).map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner, depth - 1)}`)];
  if (depth <= 0 || entries.length === 0) return open + entries.join(",") + close;
  return `${open}\n${entries.join(",\n")}\n${close}`;
}

function entriesOf(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
