import { valueAt } from "#api/field-path.ts";
import { nearestName } from "../nearest-name.ts";
import type { Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";

export const requiredLabel: Rule = {
  id: "required-label",
  claim: "An object has the labels that policies require, with values that they allow.",
  why: "Nobody can say whose a gateway is, when its bill has to be divided or it has to be switched off at night.",
  judgesBy: ["AIGatewayPolicy.spec.requiredLabels"],
  action: "Deny",
  judges: { object: findMissingLabels },
};

function findMissingLabels(part: Part<"object">, { policy }: Facts): readonly Finding[] {
  if (policy.requiredLabels.length === 0) return HOLDS;
  const found: Finding[] = [];
  const labels = namesOf(valueAt(part.value, ["metadata", "labels"]) ?? NONE);
  for (const { value: required, source } of policy.requiredLabels) {
    const at = ["metadata", "labels", required.key];
    const where = { part, at, source, sourceField: `spec.requiredLabels[${required.key}]`, read: [at] };
    const value = valueAt(part.value, at);
    const allowed = required.values ? `one of ${listed(required.values)}` : "given";
    if (typeof value !== "string") {
      const hint = hintOf("; is it '", found.length, required.key, labels);
      found.push({ ...where, kind: "Required value", detail: `must be ${allowed}${hint}` });
    } else if (required.values && !required.values.includes(value)) {
      const hint = hintOf("; did you mean '", found.length, value, required.values);
      found.push({ ...where, kind: "Unsupported value", value, detail: `must be ${allowed}${hint}` });
    }
  }
  return found.length === 0 ? HOLDS : found;
}

const NONE = {};

/** Of what was stored before this version looked at it, a label may be null, which is none. */
function namesOf(labels: object): readonly string[] {
  return Object.entries(labels).flatMap(([name, value]) => (typeof value === "string" ? [name] : []));
}

/** The nearest name, for the first findings: each search may take a millisecond when both sides are hostile. */
function hintOf(words: string, findings: number, sought: string, names: readonly string[]): string {
  const nearest = findings < MAX_SEARCHES ? nearestName(sought, names) : undefined;
  return nearest === undefined ? "" : `${words}${nearest}'?`;
}

const MAX_SEARCHES = 8;

function listed(values: readonly string[]): string {
  const shown = values.slice(0, MAX_LISTED).map((value) => `'${value}'`);
  return shown.join(", ") + (values.length > MAX_LISTED ? ` and ${values.length - MAX_LISTED} more` : "");
}

/** A policy may allow 256 values; a message should fit a terminal. */
const MAX_LISTED = 10;
