import type { Kind } from "#api/kind.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { Violation } from "#api/violation.ts";
import type { GovernedObject } from "#validate/part.ts";
import { storedForm } from "#validate/stored-form.ts";
import { reviewStored } from "./stored.ts";
import { denies, type ReviewContext, warns } from "./verdict.ts";

/** What is to be said of a stored policy, approval or class; the time is for whoever writes it. */
export interface AcceptedCondition {
  readonly type: "Accepted";
  readonly status: "True" | "False";
  readonly reason: "Accepted" | "Invalid";
  readonly message: string;
}

/**
 * Whether an object of the platform team would be admitted as it stands, and what
 * holds of it if not. It was stored while nobody judged it, or before the rule or
 * the date: time and other objects change the answer too.
 */
export function acceptedCondition(kind: Kind, object: KubernetesObject, context: ReviewContext): AcceptedCondition {
  const { violations } = reviewStored(kind, object, context);
  const faults = violations.filter(denies);
  if (faults.length > 0) {
    const message = `${listed(faults)}${consequence(object, faults)}`;
    return { type: "Accepted", status: "False", reason: "Invalid", message };
  }
  const warnings = violations.filter(warns);
  const message = warnings.length === 0 ? "nothing is wrong with it" : listed(warnings);
  return { type: "Accepted", status: "True", reason: "Accepted", message };
}

function listed(violations: readonly Violation[]): string {
  const shown = violations.slice(0, MAX_LISTED).map(({ path, message }) => `${path}: ${message}`);
  const others = violations.length - shown.length;
  return [...shown, ...(others > 0 ? [`and ${others} more`] : [])].join("; ");
}

/** A condition should fit a screen. */
const MAX_LISTED = 5;

/** As those who keep the facts do; see cluster/fact-handler.ts. */
function consequence(object: KubernetesObject, faults: readonly Violation[]): string {
  if (faults.some(({ rule }) => rule === "schema")) return ". Its last good form holds, or else nothing of it";
  const { faults: unset } = storedForm(object as unknown as GovernedObject);
  if (unset.length === 0) return ". It holds as it is written";
  return `. Its last good form holds, or else as unset what is said of: ${unset.map(pathOf).join(", ")}`;
}

function pathOf(fault: string): string {
  return fault.split(": ", 1)[0] ?? fault;
}
