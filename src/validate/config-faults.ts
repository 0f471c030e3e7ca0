import type { RelativePath } from "#api/field-path.ts";
import type { JsonSchema } from "#api/schema.ts";
import type { FieldErrorKind } from "#api/violation.ts";
import { nearestName } from "./nearest-name.ts";
import { wordsOfPattern } from "./pattern-words.ts";

/** A place where a free-form value is not what a schema asks for. */
export interface ConfigFault {
  readonly at: RelativePath;
  readonly kind: FieldErrorKind;
  /** Only ever a number or a truth value: a string might be a secret in the wrong field. */
  readonly value?: number | boolean;
  readonly detail: string;
  /** Whether it is a field that the schema does not know. */
  readonly unknown?: true;
}

/**
 * Where a value of any shape departs from a schema. It goes only where the schema
 * goes, so the depth of the value does not matter.
 */
export function configFaults(schema: JsonSchema, value: unknown, at: RelativePath = []): readonly ConfigFault[] {
  switch (schema.type) {
    case "object":
      return isObject(value) ? objectFaults(schema, value, at) : [wrongType("an object", value, at)];
    case "array":
      return Array.isArray(value) ? listFaults(schema, value, at) : [wrongType("a list", value, at)];
    case "string":
      return typeof value === "string" ? textFaults(schema, value, at) : [wrongType("a string", value, at)];
    case "integer":
      return isInteger(value) ? numberFaults(schema, value, at) : [wrongType("an integer", value, at)];
    case "number":
      return typeof value === "number" ? numberFaults(schema, value, at) : [wrongType("a number", value, at)];
    case "boolean":
      return typeof value === "boolean" ? [] : [wrongType("true or false", value, at)];
    case undefined:
    default:
      return [];
  }
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}

function objectFaults({ properties = {} }: JsonSchema, value: Fields, at: RelativePath): readonly ConfigFault[] {
  const faults: ConfigFault[] = [];
  const unknown: string[] = [];
  for (const key of Object.keys(value)) {
    const schema = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (schema) faults.push(...configFaults(schema, value[key], [...at, key]));
    else if (unknown.length < MAX_UNKNOWN) unknown.push(key);
  }
  return [...faults, ...unknown.map((key) => unknownField(key, Object.keys(properties), at))];
}

/** More unknown fields than this are no slips of the pen. */
const MAX_UNKNOWN = 8;

function unknownField(key: string, known: readonly string[], at: RelativePath): ConfigFault {
  const nearest = nearestName(key, known);
  const detail =
    nearest === undefined
      ? `must have no fields but ${quoted(known)}`
      : `must be a known field; did you mean '${nearest}'?`;
  // A key that cannot be a field's name is not repeated.
  const repeated = nearest !== undefined || PLAIN_NAME.test(key);
  return { at: repeated ? [...at, key] : at, kind: "Forbidden", detail, unknown: true };
}

const PLAIN_NAME = /^[\w./-]{1,63}$/;

function listFaults({ items, maxItems = Infinity }: JsonSchema, list: readonly unknown[], at: RelativePath) {
  if (list.length > maxItems) return [fault(at, "Too many", `must have at most ${maxItems} items`)];
  return items ? list.flatMap((item, index) => configFaults(items, item, [...at, index])) : [];
}

function textFaults(schema: JsonSchema, text: string, at: RelativePath): readonly ConfigFault[] {
  const { enum: words, pattern, minLength = 0, maxLength = Infinity } = schema;
  if (words && !words.includes(text)) return [fault(at, "Unsupported value", `must be one of ${quoted(words)}`)];
  if (text.length > maxLength) return [fault(at, "Too long", `must have at most ${maxLength} characters`)];
  if (text.length < minLength) return [fault(at, "Invalid value", "must not be empty")];
  if (pattern === undefined || new RegExp(pattern, "u").test(text)) return [];
  return [fault(at, "Invalid value", wordsOfPattern(pattern))];
}

function numberFaults({ minimum = -Infinity, maximum = Infinity }: JsonSchema, number: number, at: RelativePath) {
  if (number < minimum)
    return [{ ...fault(at, "Invalid value", `must be greater than or equal to ${minimum}`), value: number }];
  if (number > maximum)
    return [{ ...fault(at, "Invalid value", `must be less than or equal to ${maximum}`), value: number }];
  return [];
}

function wrongType(noun: string, value: unknown, at: RelativePath): ConfigFault {
  const wrong = fault(at, "Invalid value", `must be ${noun}`);
  return typeof value === "number" || typeof value === "boolean" ? { ...wrong, value } : wrong;
}

function fault(at: RelativePath, kind: FieldErrorKind, detail: string): ConfigFault {
  return { at, kind, detail };
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(", ");
}
