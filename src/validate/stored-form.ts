import { parsePath, type RelativePath } from "#api/field-path.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { BUILT_IN_POLICY } from "#policy/merge-policies.ts";
import { type Circumstances, findAll, violationOf } from "./judge.ts";
import type { GovernedObject } from "./part.ts";
import { takeApart } from "./parts.ts";
import { RULES } from "./rules.ts";

/** What holds of an object that the platform team stored, although it would be denied. */
export interface StoredForm<T> {
  /** Without what has no meaning; the very object, where all of it has. */
  readonly inForce: T;
  /** `field: message` of what counts as unset. */
  readonly faults: readonly string[];
}

/**
 * The form of a stored policy, approval or class in which every field has a
 * meaning. Such an object is stored with faults while the webhook is away, which
 * must not hold up its repair. The shape must be right.
 */
export function storedForm<T extends GovernedObject>(object: T): StoredForm<T> {
  const found = findAll(takeApart(object), NOWHERE, UNREADABLE).filter(({ finding }) => !finding.advice);
  if (found.length === 0) return { inForce: object, faults: [] };
  const unset = found.map(({ finding: { part, at, unset = at } }) => [...parsePath(part.path), ...unset]);
  const violations = found.map((each) => violationOf(each, false, NOWHERE));
  return {
    inForce: without(object, unset) as T,
    faults: violations.map(({ path, message }) => `${path}: ${message}`),
  };
}

/** What has no meaning has none anywhere, at any time. */
const NOWHERE: Circumstances = { lookup: new FactIndex(), now: 0, policy: BUILT_IN_POLICY };
const UNREADABLE = RULES.filter(({ unreadable }) => unreadable);

/** A value without what is at some paths in it; undefined where nothing is left of it. */
function without(value: unknown, paths: readonly RelativePath[]): unknown {
  if (paths.length === 0) return value;
  if (paths.some(({ length }) => length === 0)) return undefined;
  if (Array.isArray(value)) {
    return value.map((item, index) => without(item, below(paths, index))).filter((item) => item !== undefined);
  }
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([name, inner]) => [name, without(inner, below(paths, name))] as const);
  return Object.fromEntries(fields.filter(([, inner]) => inner !== undefined));
}

function below(paths: readonly RelativePath[], segment: string | number): readonly RelativePath[] {
  return paths.filter(([first]) => first === segment).map(([, ...rest]) => rest);
}
