import type { Kind } from "#api/kind.ts";
import { aiGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { promptTemplate } from "#api/kinds/prompt-template.ts";
import { rateLimitPolicy } from "#api/kinds/rate-limit-policy.ts";
import type { JsonSchema } from "#api/schema.ts";
import { excessOf } from "./string-leaves.ts";

/** Deeper than any schema of ours goes. */
const MAX_DEPTH = 32;

/**
 * A copy of an object of the wrong shape in which whatever has the wrong type is
 * left out, so that the rules can still judge the rest and the user gets one
 * answer. Items of lists become `null` instead, since indices must stay; lists and
 * maps are cut at their longest, since a hostile one may hold a million items. Unknown
 * fields are dropped, as the API server would.
 */
export function repaired(kind: Kind, object: unknown): RepairedObject {
  const { spec, metadata } = isObject(object) ? object : {};
  return {
    kind: kind.kind,
    metadata: repairedMetadata(metadata),
    spec: repairedValue(kind.spec.json, spec, 0) as object,
  };
}

interface RepairedObject {
  readonly kind: string;
  readonly metadata: object;
  readonly spec: object;
}

function repairedMetadata(metadata: unknown): object {
  if (!isObject(metadata)) return {};
  const text = (name: string) => (typeof metadata[name] === "string" ? { [name]: metadata[name] } : {});
  return { ...text("name"), ...text("namespace"), ...strings("labels", metadata["labels"]) };
}

function strings(name: string, map: unknown): object {
  if (!isObject(map)) return {};
  return { [name]: Object.fromEntries(Object.entries(map).filter(([, value]) => typeof value === "string")) };
}

/** The value as far as it fits the schema; undefined where nothing of it does. */
function repairedValue(schema: JsonSchema, value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) return undefined;
  if (schema.type === "object") return repairedObject(schema, value, depth);
  if (schema.type !== "array") return fits(schema, value) ? value : undefined;
  return Array.isArray(value) && schema.items ? repairedList(schema, schema.items, value, depth) : undefined;
}

function repairedObject(schema: JsonSchema, value: unknown, depth: number): unknown {
  if (!isObject(value)) return depth === 0 ? {} : undefined;
  if (schema["x-kubernetes-preserve-unknown-fields"]) return excessOf(value) === undefined ? value : undefined;
  const { properties = {}, additionalProperties, maxProperties } = schema;
  const names = additionalProperties
    ? Object.keys(value).slice(0, maxProperties)
    : Object.keys(properties).filter((name) => Object.hasOwn(value, name));
  const fields: [string, unknown][] = [];
  for (const name of names) {
    const inner = additionalProperties ?? properties[name];
    const kept = inner ? repairedValue(inner, value[name], depth + 1) : undefined;
    if (kept !== undefined) fields.push([name, kept]);
  }
  // A required field that is missing would surprise the rules; the whole object goes.
  const present = new Set(fields.map(([name]) => name));
  if (depth > 0 && schema.required?.some((name) => !present.has(name))) return undefined;
  return Object.fromEntries(fields);
}

function repairedList(schema: JsonSchema, items: JsonSchema, list: readonly unknown[], depth: number): unknown {
  const kept = list.slice(0, schema.maxItems).map((item) => repairedValue(items, item, depth + 1) ?? null);
  // Nothing else expects a gap, and closing it would move the indices.
  return LISTS_OF_PARTS.has(schema) || !kept.includes(null) ? kept : undefined;
}

const { models, routes, policies } = aiGatewayConfig.spec.json.properties ?? {};
const { variables, messages } = promptTemplate.spec.json.properties ?? {};
const { limits } = rateLimitPolicy.spec.json.properties ?? {};
const LISTS_OF_PARTS: ReadonlySet<JsonSchema | undefined> = new Set([
  models,
  routes,
  policies,
  variables,
  messages,
  limits,
]);

function fits(schema: JsonSchema, value: unknown): boolean {
  if (typeof value === "string") return schema.type === "string" && fitsText(schema, value);
  if (typeof value !== "number") return typeof value === "boolean" && schema.type === "boolean";
  const isNumber = schema.type === "number" || (schema.type === "integer" && Number.isInteger(value));
  return isNumber && value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity);
}

function fitsText({ maxLength, enum: words }: JsonSchema, text: string): boolean {
  return text.length <= (maxLength ?? Infinity) && (words === undefined || words.includes(text));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
