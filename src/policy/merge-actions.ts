import { ACTIONS, type Action } from "#api/kinds/ai-gateway-policy.ts";
import type { Sourced } from "./effective-policy.ts";
import { type Opinion, restricts } from "./opinion.ts";

/** The strictest action that a policy names for each rule. A rule that nobody names is not in it. */
export function mergeActions(ordered: readonly Opinion[]): ReadonlyMap<string, Sourced<Action>> {
  const merged = new Map<string, Sourced<Action>>();
  for (const { actions, source } of ordered) {
    for (const [rule, value] of actions) raise(merged, rule, { value, source });
  }
  for (const [rule, source] of exceptionsOf(ordered)) {
    // A policy that restricts and names no action counts on the rule's default: another policy's exception must not take it.
    if (merged.has(rule) || !ordered.some((opinion) => countsOnDefault(opinion, rule))) {
      raise(merged, rule, { value: "Audit", source });
    }
  }
  return merged;
}

function raise(merged: Map<string, Sourced<Action>>, rule: string, candidate: Sourced<Action>): void {
  const strictest = merged.get(rule);
  if (!strictest || ACTIONS.indexOf(candidate.value) > ACTIONS.indexOf(strictest.value)) merged.set(rule, candidate);
}

/** The rules that are relaxed, each with the first policy that does so. */
function exceptionsOf(ordered: readonly Opinion[]): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const { excepted, source } of ordered) {
    for (const rule of excepted) if (!sources.has(rule)) sources.set(rule, source);
  }
  return sources;
}

function countsOnDefault(opinion: Opinion, rule: string): boolean {
  return !opinion.actions.has(rule) && restricts(opinion, rule);
}
