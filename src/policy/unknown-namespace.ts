import { NAME_LABEL } from "./label-anchors.ts";
import { type LabelSelector, selects, selectsEverything } from "./label-selector.ts";
import { type PolicyFact, policyFact } from "./policy-fact.ts";

/**
 * What a policy is to a namespace of which only the name is known: nothing, where
 * the selector asks for another name; otherwise it binds, as if it selected the
 * namespace. Its defaults are given only where it surely selects it: what is once
 * written into an object stays there.
 */
export function asFarAsKnown(policy: PolicyFact, namespace: string): PolicyFact | undefined {
  const selector = policy.spec.namespaceSelector;
  if (selector === undefined || selectsEverything(selector)) return policy;
  const byName = onlyByName(selector);
  if (!selects(byName, { [NAME_LABEL]: namespace })) return undefined;
  if (asksFor(selector) === asksFor(byName)) return policy;
  const { defaults: _, ...spec } = policy.spec;
  return policyFact(policy.name, spec);
}

/** The names that a selector tells apart. */
export function namesMentioned(selector: LabelSelector): readonly string[] {
  const { matchLabels = {}, matchExpressions = [] } = onlyByName(selector);
  return [...Object.values(matchLabels), ...matchExpressions.flatMap(({ values = [] }) => values)];
}

function onlyByName({ matchLabels = {}, matchExpressions = [] }: LabelSelector): LabelSelector {
  return {
    matchLabels: Object.fromEntries(Object.entries(matchLabels).filter(([key]) => key === NAME_LABEL)),
    matchExpressions: matchExpressions.filter(({ key }) => key === NAME_LABEL),
  };
}

function asksFor({ matchLabels = {}, matchExpressions = [] }: LabelSelector): number {
  return Object.keys(matchLabels).length + matchExpressions.length;
}
