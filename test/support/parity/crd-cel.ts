import { type CelInput, CelScalar, celEnv, celMethod, isCelError, mapType, parse, plan } from "@bufbuild/cel";
import { joinPath, type RelativePath, valueAt } from "#api/field-path.ts";
import type { Kind } from "#api/kind.ts";
import type { CelRule, JsonSchema } from "#api/schema.ts";

/** A CEL rule of a CRD that an object breaks, and where. */
export interface BrokenCelRule {
  readonly path: string;
  /** Id of our rule that makes the same claim. */
  readonly twin: string;
}

/**
 * The CEL rules that a new object breaks, each evaluated by a library as the API
 * server would evaluate it. The object's shape must be right, since the API server
 * looks at nothing else before.
 */
export function brokenCelRules({ spec }: Kind, object: unknown): readonly BrokenCelRule[] {
  return brokenBelow(spec.json, valueAt(object, ["spec"]), ["spec"]);
}

/** Ids of our rules that CEL rules of a kind have as their twins. */
export function twinsOf({ spec }: Kind): ReadonlySet<string> {
  const twinsBelow = (schema: JsonSchema): readonly string[] => [
    ...rulesOf(schema).map(({ twin }) => twin),
    ...Object.values(schema.properties ?? {}).flatMap(twinsBelow),
    ...(schema.items ? twinsBelow(schema.items) : []),
  ];
  return new Set(twinsBelow(spec.json));
}

function brokenBelow(schema: JsonSchema, value: unknown, path: RelativePath): readonly BrokenCelRule[] {
  if (value === undefined) return [];
  const here = rulesOf(schema)
    .filter((rule) => !holds(rule, celValue(schema, value)))
    .map(({ twin }) => ({ path: joinPath("", path), twin }));
  return [
    ...here,
    ...childrenOf(schema, value).flatMap(([step, child, below]) => brokenBelow(child, below, [...path, step])),
  ];
}

function rulesOf(schema: JsonSchema): readonly CelRule[] {
  return schema["x-kubernetes-validations"] ?? [];
}

type Child = readonly [step: string | number, schema: JsonSchema, value: unknown];

function childrenOf({ properties = {}, items }: JsonSchema, value: unknown): readonly Child[] {
  if (Array.isArray(value)) return items ? value.map((item, index): Child => [index, items, item]) : [];
  const fields = value as Readonly<Record<string, unknown>>;
  return Object.entries(properties).map(([name, schema]): Child => [name, schema, fields[name]]);
}

function holds({ rule }: CelRule, self: CelInput): boolean {
  let evaluate = PLANS.get(rule);
  if (!evaluate) PLANS.set(rule, (evaluate = plan(ENVIRONMENT, parse(rule))));
  const result = evaluate({ self, oldSelf: NOTHING });
  if (isCelError(result)) throw new Error(`${rule}: ${result.message}`, { cause: result });
  if (typeof result !== "boolean") throw new Error(`${rule} is no condition`);
  return result;
}

const PLANS = new Map<string, ReturnType<typeof plan>>();

/** `oldSelf` of a create, where it is optional: a map that may hold `value`, since the library knows no optionals. */
const NOTHING: CelInput = new Map();
const OPTIONAL = mapType(CelScalar.STRING, CelScalar.DYN);

const ENVIRONMENT = celEnv({
  funcs: [
    celMethod("hasValue", OPTIONAL, [], CelScalar.BOOL, function () {
      return this.has("value");
    }),
    celMethod("value", OPTIONAL, [], CelScalar.DYN, function () {
      return this.get("value") ?? null;
    }),
  ],
});

/** A value as CEL has it: integers are not decimals, and objects are maps, which `has` can ask. */
function celValue(schema: JsonSchema | undefined, value: unknown): CelInput {
  if (typeof value === "number" && schema?.type === "integer") return BigInt(value);
  if (Array.isArray(value)) return value.map((item) => celValue(schema?.items, item));
  if (typeof value !== "object" || value === null) return value as CelInput;
  const fields = Object.entries(value).map(([name, field]): [string, CelInput] => [
    name,
    celValue(schema?.properties?.[name] ?? schema?.additionalProperties, field),
  ]);
  return new Map(fields);
}
