import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { objectSchema } from "#api/custom-resource-definition.ts";
import { joinPath, parsePointer, type RelativePath, valueAt } from "#api/field-path.ts";
import type { Kind } from "#api/kind.ts";
import type { JsonSchema } from "#api/schema.ts";
import type { FieldErrorKind } from "#api/violation.ts";
import { excerpt } from "./excerpt.ts";
import { addKubernetesVocabulary } from "./kubernetes-vocabulary.ts";
import { wordsOfPattern } from "./pattern-words.ts";

/** A place where an object is not what its schema says. Never holds the value: it might be a secret in the wrong field. */
export interface ShapeFault {
  readonly path: RelativePath;
  readonly kind: FieldErrorKind;
  /** `must …`. */
  readonly detail: string;
}

/** No more faults than this are told: a hostile object may hold hundreds of thousands. */
export const MAX_FAULTS = 100;

/**
 * Where an object of a kind departs from its schema, as the API server would
 * find it, all places at once. Empty for a good object, which costs one pass.
 */
export function shapeFaults(kind: Kind, object: unknown): readonly ShapeFault[] {
  const { schema, quick, complete } = validatorsOf(kind);
  if (quick(object)) return NO_FAULTS;
  complete(excerpt(schema, object));
  return (complete.errors ?? []).slice(0, MAX_FAULTS).map((error) => faultOf(error, object));
}

const NO_FAULTS: readonly ShapeFault[] = [];

/** Does beforehand what the first review of a kind would take a tenth of a second for. */
export function compileSchemas(kinds: readonly Kind[]): void {
  for (const kind of kinds) validatorsOf(kind);
}

interface Validators {
  readonly schema: JsonSchema;
  /** Stops at the first fault. */
  readonly quick: ValidateFunction;
  readonly complete: ValidateFunction;
}

const compiled = new WeakMap<Kind, Validators>();

function validatorsOf(kind: Kind): Validators {
  let validators = compiled.get(kind);
  if (!validators) {
    const schema = objectSchema(kind);
    const compilable = itemsApart(schema);
    validators = {
      schema,
      quick: validator(false).compile(compilable),
      complete: validator(true).compile(compilable),
    };
    compiled.set(kind, validators);
  }
  return validators;
}

/**
 * The same schema with the items of each list as a definition of their own. ajv
 * then makes several functions of it; one for all would be too long for V8's
 * optimising compiler, and takes half as much time again.
 */
function itemsApart(schema: JsonSchema): object {
  const $defs: Record<string, object> = {};
  const apart = ({ properties, items, ...rest }: JsonSchema): object => ({
    ...rest,
    ...(items ? { items: items.properties ? definition(items) : apart(items) } : {}),
    ...(properties ? { properties: mapValues(properties, apart) } : {}),
  });
  const definition = (items: JsonSchema): object => {
    const inner = apart(items);
    const name = `items${Object.keys($defs).length}`;
    $defs[name] = inner;
    return { $ref: `#/$defs/${name}` };
  };
  return { ...apart(schema), $defs };
}

function mapValues(schemas: Readonly<Record<string, JsonSchema>>, change: (schema: JsonSchema) => object): object {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, change(schema)]));
}

function validator(allErrors: boolean): Ajv {
  const ajv = new Ajv({ allErrors, strict: true, strictTypes: false, messages: false, inlineRefs: false });
  addKubernetesVocabulary(ajv);
  return ajv;
}

/**
 * A check of a schema in which no field is allowed that it does not name. Its
 * answer is yes or no: who wants to know more walks the schema.
 */
export function closedCheck(schema: JsonSchema): (value: unknown) => boolean {
  const validate = validator(false).compile(closed(schema));
  return (value) => validate(value);
}

function closed(schema: JsonSchema): object {
  const { properties, items } = schema;
  return {
    ...schema,
    ...(items ? { items: closed(items) } : {}),
    ...(properties ? { properties: mapValues(properties, closed), additionalProperties: false } : {}),
  };
}

function faultOf(error: ErrorObject, object: unknown): ShapeFault {
  const path = parsePointer(error.instancePath, object);
  const params = error.params as Record<string, unknown>;
  if (error.keyword === "required") {
    return { path: [...path, String(params["missingProperty"])], kind: "Required value", detail: "must be given" };
  }
  if (error.keyword === "x-kubernetes-list-map-keys" || error.keyword === "x-kubernetes-list-type") {
    const index = Number(params["index"]);
    const detail = `must differ from \`${joinPath("", [...path, Number(params["first"])])}\``;
    return { path: [...path, index, ...keyOf(params)], kind: "Duplicate value", detail };
  }
  const [kind, detail] = wording(error.keyword, params, valueAt(object, path));
  return { path, kind, detail };
}

function keyOf(params: Record<string, unknown>): RelativePath {
  return typeof params["key"] === "string" ? [params["key"]] : [];
}

function wording(keyword: string, params: Record<string, unknown>, value: unknown): readonly [FieldErrorKind, string] {
  const limit = String(params["limit"]);
  switch (keyword) {
    case "type":
      return ["Invalid value", `must be ${typeNoun(params["type"])}, not ${nounOf(value, params["type"])}`];
    case "enum":
      return ["Unsupported value", `must be one of ${quoted(params["allowedValues"])}`];
    case "minimum":
      return ["Invalid value", `must be greater than or equal to ${limit}`];
    case "maximum":
      return ["Invalid value", `must be less than or equal to ${limit}`];
    case "minLength":
      return ["Invalid value", `must have at least ${limit} ${limit === "1" ? "character" : "characters"}`];
    case "maxLength":
      return ["Too long", `must have at most ${limit} characters`];
    case "minItems":
      return ["Too few", `must have at least ${limit} ${limit === "1" ? "item" : "items"}`];
    case "maxItems":
    case "maxProperties":
      return ["Too many", `must have at most ${limit} items`];
    case "pattern":
      return ["Invalid value", wordsOfPattern(String(params["pattern"]))];
    case "format":
      return ["Invalid value", `must be ${FORMAT_NOUNS[String(params["format"])] ?? String(params["format"])}`];
    case "x-kubernetes-preserve-unknown-fields":
      return ["Invalid value", String(params["detail"])];
    default:
      return ["Invalid value", `must satisfy ${keyword}`];
  }
}

const FORMAT_NOUNS: Readonly<Record<string, string>> = {
  uri: "a URI",
  "date-time": "a moment such as '2026-12-31T00:00:00Z'",
  int32: "a 32-bit integer",
  int64: "a 64-bit integer",
  double: "a number",
};

/** What a value of the wrong type is. */
function nounOf(value: unknown, wanted: unknown): string {
  if (wanted === "integer" && typeof value === "number") return "a fraction";
  const unquoted =
    wanted === "string" && typeof value === "boolean" ? " (words such as Off, on and yes need quotes)" : "";
  return typeNoun(typeOf(value)) + unquoted;
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function typeNoun(type: unknown): string {
  if (type === "array") return "a list";
  if (type === "null") return "null";
  if (type === "undefined") return "absent";
  return type === "object" || type === "integer" ? `an ${type}` : `a ${String(type)}`;
}

function quoted(values: unknown): string {
  return Array.isArray(values) ? values.map((value) => `'${String(value)}'`).join(", ") : "";
}
