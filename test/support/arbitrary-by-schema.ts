import fc from "fast-check";
import { API_VERSION, type Kind } from "#api/kind.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { JsonSchema } from "#api/schema.ts";
import { decoded, hostileValue } from "./arbitrary-json.ts";

/** Objects of a kind as its schema lets them be, short lists aside; some are equal in many fields. */
export function objectsOfKind({ kind, spec }: Kind): fc.Arbitrary<KubernetesObject> {
  const metadata = { name: fc.constantFrom("first", "second"), namespace: fc.constant("team-a") };
  return decoded(
    fc.record({
      apiVersion: fc.constant(API_VERSION),
      kind: fc.constant(kind),
      metadata: fc.record(metadata),
      spec: valuesOf(spec.json),
    }),
  );
}

/** Values that a schema lets be, short lists aside. */
export function valuesOf(schema: JsonSchema, texts: readonly string[] = TEXTS): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case "object":
      return objectsOf(schema, texts);
    case "array":
      return fc.array(schema.items ? valuesOf(schema.items, texts) : hostileValue, { maxLength: 3 });
    case "string":
      return textsOf(schema, texts);
    case "integer":
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 0 });
    case "number":
      return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 0, noNaN: true });
    case "boolean":
      return fc.boolean();
  }
}

function objectsOf(
  { properties, additionalProperties, required = [] }: JsonSchema,
  texts: readonly string[],
): fc.Arbitrary<unknown> {
  if (additionalProperties) return fc.dictionary(fc.constantFrom("a", "b"), valuesOf(additionalProperties, texts));
  if (!properties) return fc.dictionary(fc.constantFrom("url", "mode", "b"), hostileValue);
  const fields = Object.entries(properties).map(([name, schema]) => [name, valuesOf(schema, texts)] as const);
  return fc.record<Record<string, unknown>, string>(Object.fromEntries(fields), { requiredKeys: [...required] });
}

/** Few texts, so that references meet, and some that rules look at. */
const TEXTS = [
  "gpt-4o",
  "main",
  "/chat",
  "https://10.0.0.1/v1",
  "sk-not-a-real-key-1",
  "${NAME}",
  "{{name}}",
  "a\r\nb",
];

function textsOf(
  { enum: words, pattern, maxLength = 253 }: JsonSchema,
  texts: readonly string[],
): fc.Arbitrary<string> {
  if (words) return fc.constantFrom(...words);
  if (pattern) return fc.stringMatching(new RegExp(pattern), { maxLength: Math.min(maxLength, 16) });
  return fc.constantFrom(...texts.filter(({ length }) => length <= maxLength));
}
