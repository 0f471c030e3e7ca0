import { joinPath } from "#api/field-path.ts";
import type { Kind } from "#api/kind.ts";
import type { JsonSchema } from "#api/schema.ts";

/** What the API server does to an object before admission, done where there is no API server. */
export interface Completion {
  /** The object without unknown fields and with the schema's defaults. Shares what did not change. */
  readonly object: unknown;
  /** Paths of the fields that were dropped. */
  readonly unknownFields: readonly string[];
}

/** Deeper than any schema of ours goes. */
const MAX_DEPTH = 32;

/** No more unknown fields than this are named. */
const MAX_UNKNOWN = 100;

/**
 * Prunes, drops nulls and sets defaults as the API server does for structural
 * schemas: unknown fields go; a null goes where the field is not nullable; a
 * field with a default is set where its object is there.
 */
export function completedBySchema(kind: Kind, object: unknown): Completion {
  const unknownFields: string[] = [];
  const envelope: JsonSchema = {
    type: "object",
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      spec: kind.spec.json,
      status: kind.status.json,
    },
  };
  return { object: completed(envelope, object, { path: "", depth: 0, unknownFields }), unknownFields };
}

interface Place {
  readonly path: string;
  readonly depth: number;
  readonly unknownFields: string[];
}

function completed(schema: JsonSchema, value: unknown, place: Place): unknown {
  if (place.depth > MAX_DEPTH) return value;
  const { items } = schema;
  if (Array.isArray(value) && items) {
    return value.map((item, index) => completed(items, item, below(place, index)));
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && !schema["x-kubernetes-preserve-unknown-fields"] && schema.type === "object"
    ? completedObject(schema, value, place)
    : value;
}

function completedObject(schema: JsonSchema, value: object, place: Place): unknown {
  const fields: [string, unknown][] = [];
  for (const [name, inner] of Object.entries(value)) {
    const innerSchema = fieldSchema(schema, name);
    if (!innerSchema) {
      if (place.unknownFields.length < MAX_UNKNOWN) place.unknownFields.push(joinPath(place.path, [name]));
    } else if (inner !== null || schema.additionalProperties) {
      fields.push([name, completed(innerSchema, inner, below(place, name))]);
    }
  }
  const given = new Set(fields.map(([name]) => name));
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    if (inner.default !== undefined && !given.has(name)) fields.push([name, inner.default]);
  }
  return Object.fromEntries(fields);
}

function fieldSchema({ properties, additionalProperties }: JsonSchema, name: string): JsonSchema | undefined {
  return properties && Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
}

function below({ path, depth, unknownFields }: Place, segment: string | number): Place {
  return { path: joinPath(path, [segment]), depth: depth + 1, unknownFields };
}
