import type { AbsentFact } from "#api/absent-fact.ts";
import type { Violation } from "#api/violation.ts";
import type { PolicyLookup, Subject } from "#policy/policy-lookup.ts";
import { RULES } from "#validate/rules.ts";
import { denies } from "./verdict.ts";

/**
 * The absent facts whose arrival might turn a verdict over; none where it stands
 * whatever arrives. A denial waits only if every reason for it might go away. In a
 * namespace that is not known any verdict waits: it was judged as if every policy
 * selected it.
 */
export function awaitedFacts(
  violations: readonly Violation[],
  { namespace }: Subject,
  lookup: PolicyLookup,
): readonly AbsentFact[] {
  const isKnown = namespace === "" || lookup.namespaceLabels(namespace) !== undefined;
  if (isKnown && violations.length === 0) return NOTHING;
  const reasons = violations.filter(denies);
  if (!isKnown) return reasons.every(isForPolicyToSay) ? ["Namespace"] : NOTHING;
  const absent = new Set<AbsentFact>();
  for (const reason of reasons) {
    if (reason.absent === undefined) return NOTHING;
    absent.add(reason.absent);
  }
  return Array.from(absent);
}

const NOTHING: readonly AbsentFact[] = [];

/** Schema and CEL hold in every namespace. */
function isForPolicyToSay({ rule }: Violation): boolean {
  return RELAXABLE.has(rule);
}

const RELAXABLE: ReadonlySet<string> = new Set(RULES.filter(({ floor }) => !floor).map(({ id }) => id));
