import type { JsonSchema } from "#api/schema.ts";

/** The fields of an object in which, at whatever depth, its schema lets any text stand: neither a pattern nor a choice. */
export function freeTextFields(schema: JsonSchema): readonly string[] {
  return Object.entries(schema.properties ?? {})
    .filter(([, field]) => holdsFreeText(field))
    .map(([name]) => name);
}

function holdsFreeText(schema: JsonSchema): boolean {
  if (schema.type === "string") return schema.enum === undefined && schema.pattern === undefined;
  if (schema["x-kubernetes-preserve-unknown-fields"]) return true;
  const inner = [schema.items, schema.additionalProperties, ...Object.values(schema.properties ?? {})];
  return inner.some((each) => each !== undefined && holdsFreeText(each));
}
