import type { RelativePath } from "#api/field-path.ts";
import type { Route } from "#api/kinds/route.ts";
import { nearestName } from "../nearest-name.ts";
import { gatewayOf, type Part, type Parts } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";

/**
 * Judges whole objects, so that the search for similar names is bounded for all
 * of their references together.
 */
export const undeclaredReference: Rule = {
  id: "undeclared-reference",
  claim: "Every model and policy that a route or a model names is declared in the same object.",
  why: "A gateway takes a route to a model that nobody declared without complaint, and answers its first request with an error. A misspelt fallback is found on the day it is needed.",
  action: "Deny",
  floor: true,
  judges: { object: (_object, { owner }) => undeclared(owner) },
};

function undeclared(owner: Parts): readonly Finding[] {
  if (!gatewayOf(owner)) return HOLDS;
  const missing: Reference[] = [];
  const models = owner.modelsByName;
  for (const part of owner.models) {
    const { fallbacks } = part.value;
    if (fallbacks) addMissing(missing, { part, field: "fallbacks", declared: models }, fallbacks);
  }
  for (const part of owner.routes) {
    const { targetModel, targets, fallbacks, policies } = part.value;
    if (targetModel !== undefined && !models.has(targetModel)) {
      missing.push({ part, at: ["targetModel"], name: targetModel, declared: models });
    }
    if (targets) addMissingTargets(missing, part, targets, models);
    if (fallbacks) addMissing(missing, { part, field: "fallbacks", declared: models }, fallbacks);
    if (policies) addMissing(missing, { part, field: "policies", declared: owner.policiesByName }, policies);
  }
  return missing.length === 0 ? HOLDS : missing.map(findingOf);
}

interface Reference {
  readonly part: Part;
  readonly at: RelativePath;
  readonly name: string;
  readonly declared: Names;
}

type Names = ReadonlyMap<string, Part>;

interface NameList {
  readonly part: Part;
  readonly field: string;
  readonly declared: Names;
}

function addMissing(missing: Reference[], { part, field, declared }: NameList, names: readonly string[]): void {
  names.forEach((name, index) => {
    if (!declared.has(name)) missing.push({ part, at: [field, index], name, declared });
  });
}

function addMissingTargets(
  missing: Reference[],
  part: Part<"route">,
  targets: NonNullable<Route["targets"]>,
  declared: Names,
): void {
  targets.forEach(({ model: name }, index) => {
    if (!declared.has(name)) missing.push({ part, at: ["targets", index, "model"], name, declared });
  });
}

function findingOf({ part, at, name, declared }: Reference, index: number): Finding {
  const noun = at[0] === "policies" ? "policy" : "model";
  const nearest = index < MAX_SEARCHES ? nearestName(name, declared.keys()) : undefined;
  const hint = nearest === undefined ? listed(declared) : `; did you mean '${nearest}'?`;
  const detail = `must be the name of a ${noun} of this object${hint}`;
  return { part, at, kind: "Not found", value: name, detail, read: [at] };
}

/** Searches for similar names in one object; each may take a millisecond when both sides are hostile. */
const MAX_SEARCHES = 8;

function listed(declared: Names): string {
  if (declared.size === 0) return ", which declares none";
  const names: string[] = [];
  let left = MAX_LISTED_CHARACTERS;
  for (const name of declared.keys()) {
    left -= name.length;
    if (left < 0) break;
    names.push(`'${name}'`);
  }
  if (names.length === 0) return "";
  const more = declared.size - names.length;
  return `: ${names.join(", ")}${more === 0 ? "" : ` and ${more} more`}`;
}

/** A message should fit a terminal. */
const MAX_LISTED_CHARACTERS = 80;
