import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CHART } from "./documented-values.ts";

/** Of a JSON schema what `values.schema.json` uses. */
export interface ValuesSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, ValuesSchema>>;
  readonly additionalProperties?: boolean | ValuesSchema;
  readonly items?: ValuesSchema;
  readonly definitions?: Readonly<Record<string, ValuesSchema>>;
}

export function chartSchema(): ValuesSchema {
  return JSON.parse(readFileSync(join(CHART, "values.schema.json"), "utf8")) as ValuesSchema;
}

/** The schema of the value at a path; undefined where a schema on the way does not name the next. */
export function schemaAt(root: ValuesSchema, path: readonly string[]): ValuesSchema | undefined {
  let schema: ValuesSchema | undefined = root;
  for (const name of path) schema = schema?.properties?.[name] && resolved(root, schema.properties[name]);
  return schema;
}

/** A schema inside the root, with its path. */
export interface PlacedSchema {
  readonly path: readonly string[];
  readonly schema: ValuesSchema;
}

/** Every schema that is for a value, with references followed; `*` stands for any name, and for items. */
export function everySchema(root: ValuesSchema): readonly PlacedSchema[] {
  return walk(root, { path: [], schema: root });
}

function walk(root: ValuesSchema, placed: PlacedSchema): readonly PlacedSchema[] {
  const { properties = {}, additionalProperties, items } = placed.schema;
  const inside: (readonly [string, ValuesSchema])[] = Object.entries(properties);
  if (typeof additionalProperties === "object") inside.push(["*", additionalProperties]);
  if (items) inside.push(["*", items]);
  const below = inside.flatMap(([name, schema]) =>
    walk(root, { path: [...placed.path, name], schema: resolved(root, schema) }),
  );
  return [placed, ...below];
}

function resolved(root: ValuesSchema, schema: ValuesSchema): ValuesSchema {
  const name = schema.$ref?.replace("#/definitions/", "");
  if (name === undefined) return schema;
  const found = root.definitions?.[name];
  if (found === undefined) throw new Error(`values.schema.json has no definition '${name}'`);
  return found;
}
