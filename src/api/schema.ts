/**
 * The vocabulary in which every kind is written: one call gives the TypeScript
 * type and the structural OpenAPI v3 schema that a CustomResourceDefinition
 * takes as it is (Kubernetes, "Specifying a structural schema").
 *
 * Fields are optional unless wrapped in `required`, since v1 changes only by
 * addition.
 */

/** A CEL rule of the CRD. Its twin among our rules is `twin`, so that offline verdicts agree with the API server's. */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
  /** Set where the rule looks at `oldSelf`, which a create does not have. */
  readonly optionalOldSelf?: true;
  /** Id of the rule in `src/validate/rules` that makes the same claim. */
  readonly twin: string;
}

/** The part of JSON schema that structural schemas may use and that we do use. */
export interface JsonSchema {
  readonly type: "object" | "array" | "string" | "integer" | "number" | "boolean";
  readonly description?: string;
  readonly format?: "uri" | "date-time" | "int32" | "int64" | "double";
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema;
  readonly "x-kubernetes-preserve-unknown-fields"?: true;
  readonly "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: "atomic";
  readonly "x-kubernetes-validations"?: readonly CelRule[];
}

/** A schema that knows the TypeScript type of what it accepts. */
export interface Schema<T> {
  readonly json: JsonSchema;
  /** Never present at run time: carries the type. */
  readonly type?: T;
}

interface RequiredSchema<T> extends Schema<T> {
  readonly required: true;
}

type Properties = Readonly<Record<string, Schema<unknown>>>;
type RequiredKeys<P extends Properties> = {
  [K in keyof P]: P[K] extends RequiredSchema<unknown> ? K : never;
}[keyof P];

/** The TypeScript type that a schema describes. */
export type TypeOf<S> = S extends Schema<infer T> ? T : never;

type Flatten<T> = { [K in keyof T]: T[K] };

/** The type of an object with these properties. */
export type ObjectOf<P extends Properties> = Flatten<
  { readonly [K in RequiredKeys<P>]: TypeOf<P[K]> } & {
    readonly [K in Exclude<keyof P, RequiredKeys<P>>]?: TypeOf<P[K]>;
  }
>;

export function required<T>(schema: Schema<T>): RequiredSchema<T> {
  return { json: schema.json, required: true };
}

/** A string of at most `max` characters. */
export function text(
  description: string,
  limits: { max: number; min?: number; pattern?: string; format?: "uri"; default?: string },
): Schema<string> {
  const { max, min, ...rest } = limits;
  return {
    json: { type: "string", description, maxLength: max, ...(min === undefined ? {} : { minLength: min }), ...rest },
  };
}

/** One of the given words. */
export function oneOf<const V extends string>(
  description: string,
  values: readonly V[],
  options: { default?: NoInfer<V> } = {},
): Schema<V> {
  return { json: { type: "string", description, enum: values, ...options } };
}

/** A moment, RFC 3339. */
export function timestamp(description: string): Schema<string> {
  return { json: { type: "string", description, format: "date-time", maxLength: 64 } };
}

/** A whole number between two inclusive bounds. */
export function integer(description: string, bounds: { min: number; max: number; default?: number }): Schema<number> {
  const { min, max, ...rest } = bounds;
  const format = max > 2_147_483_647 ? "int64" : "int32"; // the widths that OpenAPI names
  return { json: { type: "integer", format, description, minimum: min, maximum: max, ...rest } };
}

/** A number between two inclusive bounds. */
export function decimal(description: string, bounds: { min: number; max: number }): Schema<number> {
  return { json: { type: "number", description, minimum: bounds.min, maximum: bounds.max } };
}

export function flag(description: string, options: { default?: boolean } = {}): Schema<boolean> {
  return { json: { type: "boolean", description, ...options } };
}

/** A list that has one owner: nothing is ever defaulted inside it, and its items have no identity but their content. */
export function list<T>(
  description: string,
  item: Schema<T>,
  options: { max: number; min?: number; rules?: readonly CelRule[] },
): Schema<readonly T[]> {
  const { rules, ...size } = options;
  const { json } = listOf("atomic", description, item, size);
  return rules ? { json: { ...json, "x-kubernetes-validations": rules } } : { json };
}

/** A list of distinct scalars, merged by server-side apply. */
export function set<T extends string | number>(
  description: string,
  item: Schema<T>,
  size: { max: number; min?: number },
): Schema<readonly T[]> {
  return listOf("set", description, item, size);
}

/** A list whose items are told apart by one required field. */
export function listMap<T>(
  description: string,
  item: Schema<T>,
  options: { key: keyof T & string; max: number; min?: number },
): Schema<readonly T[]> {
  const { key, ...size } = options;
  const json = listOf("map", description, item, size).json;
  return { json: { ...json, "x-kubernetes-list-map-keys": [key] } };
}

function listOf<T>(
  type: "atomic" | "set" | "map",
  description: string,
  item: Schema<T>,
  size: { max: number; min?: number },
): Schema<readonly T[]> {
  const minItems = size.min === undefined ? {} : { minItems: size.min };
  return {
    json: {
      type: "array",
      description,
      "x-kubernetes-list-type": type,
      maxItems: size.max,
      ...minItems,
      items: item.json,
    },
  };
}

/** An object with these fields; the API server prunes all others. */
export function object<P extends Properties>(
  description: string,
  properties: P,
  rules: readonly CelRule[] = [],
): Schema<ObjectOf<P>> {
  const names = Object.entries(properties)
    .filter(([, schema]) => "required" in schema)
    .map(([name]) => name);
  return {
    json: {
      type: "object",
      description,
      ...(names.length > 0 ? { required: names } : {}),
      properties: Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, schema.json])),
      ...(rules.length > 0 ? { "x-kubernetes-validations": rules } : {}),
    },
  };
}

/** A map from any key to values of one schema. */
export function mapOf<T>(
  description: string,
  value: Schema<T>,
  size: { max: number },
): Schema<Readonly<Record<string, T>>> {
  return { json: { type: "object", description, maxProperties: size.max, additionalProperties: value.json } };
}

/** An object whose fields the schema does not know; typed by our rules where it matters. */
export function free(description: string): Schema<Readonly<Record<string, unknown>>> {
  return { json: { type: "object", description, "x-kubernetes-preserve-unknown-fields": true } };
}
