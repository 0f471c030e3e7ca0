import type { JsonSchema } from "#api/schema.ts";

/**
 * As much of a value as its schema has room for, and one item more of each list
 * and map that is too long, so that it still is. Whoever looks for every fault
 * looks here: a hostile list may hold a million items, each with its own. Indices
 * stay, and a part of the wrong type stays as it is.
 */
export function excerpt(schema: JsonSchema, value: unknown): unknown {
  const { items, maxItems = Infinity, properties, additionalProperties, maxProperties = Infinity } = schema;
  if (Array.isArray(value)) return items ? value.slice(0, maxItems + 1).map((item) => excerpt(items, item)) : value;
  if (typeof value !== "object" || value === null) return value;
  if (additionalProperties) {
    const entries = firstEntries(value, maxProperties + 1);
    return Object.fromEntries(entries.map(([key, inner]) => [key, excerpt(additionalProperties, inner)]));
  }
  if (!properties) return value;
  const known = Object.entries(properties).filter(([name]) => Object.hasOwn(value, name));
  return Object.fromEntries(
    known.map(([name, inner]) => [name, excerpt(inner, (value as Readonly<Record<string, unknown>>)[name])]),
  );
}

function firstEntries(map: object, count: number): readonly (readonly [string, unknown])[] {
  return Object.keys(map)
    .slice(0, count)
    .map((key) => [key, (map as Readonly<Record<string, unknown>>)[key]]);
}
