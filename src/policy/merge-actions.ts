import { ACTIONS } from "#api/kinds/ai-gateway-policy.ts";
import type { NamedAction } from "./effective-policy.ts";
import { type Opinion, restricts } from "./opinion.ts";

/** The strictest action that a policy names for each rule. A rule that nobody names is not in it. */
export function mergeActions(ordered: readonly Opinion[]): ReadonlyMap<string, NamedAction> {
  const merged = new Map<string, NamedAction>();
  for (const { actions, source } of ordered) {
    for (const [rule, value] of actions) raise(merged, rule, { value, source, field: `spec.rules.${rule}` });
  }
  for (const [rule, exception] of exceptionsOf(ordered)) {
    // A policy that restricts and names no action counts on the rule's default: another policy's exception must not take it.
    if (merged.has(rule) || !ordered.some((opinion) => countsOnDefault(opinion, rule))) {
      raise(merged, rule, { value: "Audit", ...exception });
    }
  }
  return merged;
}

function raise(merged: Map<string, NamedAction>, rule: string, candidate: NamedAction): void {
  const strictest = merged.get(rule);
  if (!strictest || ACTIONS.indexOf(candidate.value) > ACTIONS.indexOf(strictest.value)) merged.set(rule, candidate);
}

/** The rules that are relaxed, each with the first policy that does so. */
function exceptionsOf(ordered: readonly Opinion[]): ReadonlyMap<string, Omit<NamedAction, "value">> {
  const exceptions = new Map<string, Omit<NamedAction, "value">>();
  for (const { excepted, source } of ordered) {
    for (const [rule, position] of excepted) {
      if (!exceptions.has(rule)) exceptions.set(rule, { source, field: `spec.exceptions[${position}]` });
    }
  }
  return exceptions;
}

function countsOnDefault(opinion: Opinion, rule: string): boolean {
  return !opinion.actions.has(rule) && restricts(opinion, rule);
}
