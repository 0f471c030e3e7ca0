import { Ajv } from "ajv";
import type { Kind } from "#api/kind.ts";

/** What the API server would have against a status of a kind, by its schema; fields that it would drop included. */
export function shapeErrors({ status }: Kind, value: unknown): readonly string[] {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const check = ajv.compile(closed(status.json) as object);
  return check(JSON.parse(JSON.stringify(value)))
    ? []
    : (check.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return "properties" in inner ? { additionalProperties: false, ...inner } : inner;
}
