import type { RelativePath } from "#api/field-path.ts";
import type { Kind } from "#api/kind.ts";
import type { JsonSchema } from "#api/schema.ts";

/** A field that no schema knows, so that the API server drops it or, strictly, refuses it. */
export interface UnknownField {
  readonly at: RelativePath;
  /** The fields that there could be at that place. */
  readonly known: readonly string[];
  /** A field of that place that has a field of this name, as `parameters` has `temperature`. */
  readonly holder: string | undefined;
}

/** No more than this are told. */
const MAX_UNKNOWN_FIELDS = 100;

/** The fields of an object that its kind does not have. Metadata and status are the API server's business. */
export function unknownFields(kind: Kind, object: unknown): readonly UnknownField[] {
  const search: Search = { path: [], found: [] };
  addUnknown({ type: "object", properties: { ...ENVELOPE, spec: kind.spec.json } }, object, search);
  return search.found;
}

const FREE: JsonSchema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
const ENVELOPE = { apiVersion: FREE, kind: FREE, metadata: FREE, status: FREE };

interface Search {
  /** Where the search is; one list for all of it, since most of what is visited is known. */
  readonly path: (string | number)[];
  readonly found: UnknownField[];
}

function addUnknown(schema: JsonSchema, value: unknown, search: Search): void {
  if (typeof value !== "object" || value === null || schema["x-kubernetes-preserve-unknown-fields"]) return;
  if (Array.isArray(value)) addUnknownOfItems(schema.items, value, search);
  else addUnknownOfObject(schema, value as Readonly<Record<string, unknown>>, search);
}

function addUnknownOfItems(items: JsonSchema | undefined, list: readonly unknown[], search: Search): void {
  if (items?.type !== "object") return;
  for (let index = 0; index < list.length; index += 1) {
    search.path.push(index);
    addUnknown(items, list[index], search);
    search.path.pop();
  }
}

function addUnknownOfObject(
  { properties, additionalProperties }: JsonSchema,
  object: Readonly<Record<string, unknown>>,
  search: Search,
): void {
  if (!properties && !additionalProperties) return; // another shape, which is told anyhow
  for (const name of Object.keys(object)) {
    if (search.found.length >= MAX_UNKNOWN_FIELDS) return;
    const inner = properties && Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    search.path.push(name);
    if (inner) addUnknown(inner, object[name], search);
    else search.found.push(unknownField(name, [...search.path], properties));
    search.path.pop();
  }
}

function unknownField(name: string, at: RelativePath, properties: JsonSchema["properties"] = {}): UnknownField {
  const holder = Object.entries(properties).find(([, { properties: inner = {} }]) => Object.hasOwn(inner, name));
  return { at, known: Object.keys(properties), holder: holder?.[0] };
}
