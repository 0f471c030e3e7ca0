import type { RelativePath } from "#api/field-path.ts";

/** A field, or a value of one, that a gateway can do nothing or not enough with, or not do without. */
export interface Lack {
  /** `timeouts.streamIdle`; below each item of a list `match.headers[].type`. */
  readonly field: string;
  /** The value that is meant, where not every one is. */
  readonly value?: string;
  /** The value that is not meant, where every other one is. */
  readonly except?: string;
  /** The field beside it whose value is not meant. */
  readonly exceptAs?: string;
  /** How texts end that are meant, where not every one is. */
  readonly ending?: string;
  /** The number above which values are meant, where not every one is. */
  readonly above?: number;
  /** It is the want of the field that is meant: the gateway cannot do without. */
  readonly isNeeded?: true;
  /** Unless another field has one of these values. */
  readonly unless?: { readonly field: string; readonly values: readonly string[] };
  /** The gateway does a part of it, which is worth a warning and no refusal. */
  readonly isPartly?: true;
  /** The type of policy, or the provider of an integration, whose field is meant. */
  readonly of?: string;
  /** Completes "the gateway …". */
  readonly because: string;
  /** A module that would be able to: a class that names it in `parameters.modules` has the lack no longer. */
  readonly module?: string;
}

/**
 * Where a part of a configuration asks for what is lacking. An empty list or
 * object and what is off ask for nothing; zero and an empty text are values. Makes nothing where nothing is asked for, since every
 * review asks for every lack.
 */
export function usesOf(lack: Lack, part: unknown): readonly RelativePath[] {
  if (lack.of !== undefined && fieldOf(part, "type") !== lack.of && fieldOf(part, "provider") !== lack.of) return NONE;
  if (lack.isNeeded) return isWanting(lack, part) ? [lack.field.split(".")] : NONE;
  const found = usesBelow(lack, segmentsOf(lack.field), 0, part);
  if (found === undefined) return NONE;
  const { field, exceptAs } = lack;
  return exceptAs !== undefined && fieldOf(part, field) === fieldOf(part, exceptAs) ? NONE : found;
}

const NONE: readonly RelativePath[] = [];

/** What only refers to another object is said there. */
function isWanting({ field, unless }: Lack, part: unknown): boolean {
  if (fieldOf(part, "modelRef") !== undefined) return false;
  const value = field.split(".").reduce(fieldOf, part);
  if (value !== undefined && !(Array.isArray(value) && value.length === 0)) return false;
  return !unless || !unless.values.some((each) => each === fieldOf(part, unless.field));
}

/** Stands for every item of a list. */
const EACH = "[]";

/** `a.b[].c` as `a`, `b`, `[]`, `c`, taken apart once. */
function segmentsOf(field: string): readonly string[] {
  let segments = known.get(field);
  if (segments === undefined) {
    segments = field.split(".").flatMap((name) => (name.endsWith(EACH) ? [name.slice(0, -EACH.length), EACH] : [name]));
    known.set(field, segments);
  }
  return segments;
}

/** By the fields of our own tables, which are few. */
const known = new Map<string, readonly string[]>();

function usesBelow(
  lack: Lack,
  segments: readonly string[],
  depth: number,
  value: unknown,
): readonly RelativePath[] | undefined {
  const segment = segments[depth];
  if (segment === undefined) return asksForIt(lack, value) ? [[]] : undefined;
  if (segment !== EACH) {
    const inner = fieldOf(value, segment);
    const below = inner === undefined ? undefined : usesBelow(lack, segments, depth + 1, inner);
    return below?.map((path) => [segment, ...path]);
  }
  if (!Array.isArray(value)) return undefined;
  let found: RelativePath[] | undefined;
  for (let index = 0; index < value.length; index += 1) {
    const below = usesBelow(lack, segments, depth + 1, value[index]);
    if (below) (found ??= []).push(...below.map((path) => [index, ...path]));
  }
  return found;
}

function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, field)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[field];
}

function asksForIt(lack: Lack, value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  if (typeof value === "object" && isEmpty(value)) return false;
  if (lack.value !== undefined) return value === lack.value;
  if (lack.above !== undefined) return typeof value === "number" && value > lack.above;
  if (lack.ending !== undefined) return typeof value === "string" && value.endsWith(lack.ending);
  return lack.except === undefined || value !== lack.except;
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return true;
}
