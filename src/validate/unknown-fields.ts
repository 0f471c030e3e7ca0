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
  addUnknown(shapeOf(kind), object, search);
  return search.found;
}

/**
 * What of a schema says which fields there are, made once for each kind: at
 * admission a whole object is searched, in which mostly every field is known.
 */
type Shape = ObjectShape | { readonly items: Shape };

interface ObjectShape {
  /** With what is below; `undefined` where nothing can be unknown. */
  readonly fields: ReadonlyMap<string, Shape | undefined>;
}

const shapes = new WeakMap<Kind, Shape>();

function shapeOf(kind: Kind): Shape {
  const known = shapes.get(kind);
  if (known) return known;
  const fields = new Map<string, Shape | undefined>([["spec", shapeBelow(kind.spec.json)]]);
  for (const name of ["apiVersion", "kind", "metadata", "status"]) fields.set(name, undefined);
  const shape = { fields };
  shapes.set(kind, shape);
  return shape;
}

/** Undefined for a value, and for an object or a map that may have fields of any name. */
function shapeBelow({ properties, items, ...schema }: JsonSchema): Shape | undefined {
  const below = items && shapeBelow(items);
  if (items) return below && { items: below };
  if (!properties || schema["x-kubernetes-preserve-unknown-fields"]) return undefined;
  return { fields: new Map(Object.entries(properties).map(([name, inner]) => [name, shapeBelow(inner)])) };
}

interface Search {
  /** Where the search is; one list for all of it, since most of what is visited is known. */
  readonly path: (string | number)[];
  readonly found: UnknownField[];
}

/** Values of another type than the shape's are passed over: that is told anyhow. */
function addUnknown(shape: Shape, value: unknown, search: Search): void {
  if (typeof value !== "object" || value === null) return;
  if ("items" in shape) {
    if (Array.isArray(value)) addUnknownOfItems(shape.items, value, search);
  } else if (!Array.isArray(value)) {
    addUnknownOfObject(shape, value as Readonly<Record<string, unknown>>, search);
  }
}

function addUnknownOfItems(shape: Shape, list: readonly unknown[], search: Search): void {
  for (let index = 0; index < list.length; index += 1) {
    search.path.push(index);
    addUnknown(shape, list[index], search);
    search.path.pop();
  }
}

function addUnknownOfObject({ fields }: ObjectShape, object: Readonly<Record<string, unknown>>, search: Search): void {
  const { path, found } = search;
  for (const name of Object.keys(object)) {
    const below = fields.get(name);
    if (below) {
      path.push(name);
      addUnknown(below, object[name], search);
      path.pop();
    } else if (!fields.has(name) && found.length < MAX_UNKNOWN_FIELDS) {
      found.push(unknownField(name, [...path, name], fields));
    }
  }
}

function unknownField(name: string, at: RelativePath, fields: ObjectShape["fields"]): UnknownField {
  const holder = [...fields].find(([, below]) => below && "fields" in below && below.fields.has(name));
  return { at, known: [...fields.keys()], holder: holder?.[0] };
}
