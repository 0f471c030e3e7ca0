import type { AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";

export type Labels = Readonly<Record<string, string>>;

export type LabelSelector = NonNullable<AIGatewayPolicy["spec"]["namespaceSelector"]>;
type Requirement = NonNullable<LabelSelector["matchExpressions"]>[number];

/** Whether labels meet every requirement of a Kubernetes label selector; an empty one has none. */
export function selects(selector: LabelSelector, labels: Labels): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    if (labelOf(labels, key) !== value) return false;
  }
  return (selector.matchExpressions ?? []).every((requirement) => holds(requirement, labels));
}

/** Whether a selector is met by any labels, because it is absent or asks for nothing. */
export function selectsEverything(selector: LabelSelector | undefined): boolean {
  if (selector === undefined) return true;
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;
}

/** As Kubernetes has it, a label that is missing is not in any list: `NotIn` holds for it. */
function holds({ key, operator, values = [] }: Requirement, labels: Labels): boolean {
  const value = labelOf(labels, key);
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}

/** A label called `constructor` is there only if somebody set it. */
function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
