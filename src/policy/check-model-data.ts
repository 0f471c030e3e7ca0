import { joinPath, type RelativePath } from "#api/field-path.ts";
import type { ModelData } from "./model-data.ts";

/** Model data, or why a value is none: a sentence for each place, with its path. */
export function checkModelData(value: unknown): { readonly data: ModelData } | { readonly faults: readonly string[] } {
  const faults: string[] = [];
  checkObject(MODEL_DATA, value, [], faults);
  if (faults.length === 0) return { data: value as ModelData };
  return { faults: faults.slice(0, MAX_FAULTS) };
}

/** No more than this are told: who wrote another format has them everywhere. */
const MAX_FAULTS = 20;

/** Says what is wrong with a value, or nothing. */
type Check = (value: unknown, path: RelativePath, faults: string[]) => void;

interface Shape {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional?: Readonly<Record<string, Check>>;
}

const text = matching(/^.{1,253}$/, "a text of 1 to 253 characters");
const id = matching(/^[^\s*]{1,253}$/, "a text of 1 to 253 characters without space or '*'");
const pattern = matching(/^[^\s*]{1,253}\*?$/, "an id, or a prefix and '*'");
const host = matching(
  /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/,
  "a whole host name in lower case, without scheme, port, path or '*'",
);
const day: Check = (value, path, faults) => {
  const isDay = typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
  if (!isDay) faults.push(fault(path, "a day as in '2026-09-23'"));
};
const flag: Check = (value, path, faults) => {
  if (typeof value !== "boolean") faults.push(fault(path, "true or false"));
};

const MODEL_GROUP: Shape = {
  required: { ids: listOf(pattern) },
  optional: { types: listOf(text), deprecated: flag, retiresAt: day, replacement: id },
};

const PROVIDER: Shape = {
  required: { id, models: listOf((value, path, faults) => checkObject(MODEL_GROUP, value, path, faults)) },
  optional: { aliases: listOf(id), hosts: listOf(host), complete: flag, idPrefixes: listOf(id) },
};

const MODEL_DATA: Shape = {
  required: {
    source: text,
    date: day,
    providers: listOf((value, path, faults) => checkObject(PROVIDER, value, path, faults)),
  },
};

function checkObject({ required, optional = {} }: Shape, value: unknown, path: RelativePath, faults: string[]): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    faults.push(fault(path, "an object"));
    return;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  for (const [name, check] of Object.entries(required)) check(own(fields, name), [...path, name], faults);
  for (const [name, check] of Object.entries(optional)) {
    if (Object.hasOwn(fields, name)) check(fields[name], [...path, name], faults);
  }
  for (const name of Object.keys(fields)) {
    if (Object.hasOwn(required, name) || Object.hasOwn(optional, name)) continue;
    const known = Object.keys({ ...required, ...optional }).map((field) => `'${field}'`);
    faults.push(`${joinPath("", [...path, name])}: is no field; there are ${known.join(", ")}`);
  }
}

function own(fields: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function listOf(check: Check): Check {
  return (value, path, faults) => {
    if (!Array.isArray(value)) faults.push(fault(path, "a list"));
    else for (const [index, item] of value.entries()) check(item, [...path, index], faults);
  };
}

function matching(form: RegExp, noun: string): Check {
  return (value, path, faults) => {
    if (typeof value !== "string" || !form.test(value)) faults.push(fault(path, noun));
  };
}

function fault(path: RelativePath, noun: string): string {
  return `${joinPath("", path) || "the file"}: must be ${noun}`;
}
