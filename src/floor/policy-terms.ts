import type { Variable } from "./admission-policy.ts";

/** Whether the AIGatewayPolicy selects the object's namespace, and from which rules it excepts the object. */
export const POLICY_TERMS: readonly Variable[] = [
  { name: "labels", expression: "namespaceObject.metadata.?labels.orValue({})" },
  {
    name: "hasLabels",
    expression:
      "params.spec.?namespaceSelector.?matchLabels.orValue({}).all(key, key in variables.labels && variables.labels[key] == params.spec.namespaceSelector.matchLabels[key])",
  },
  {
    name: "meetsExpressions",
    expression: `params.spec.?namespaceSelector.?matchExpressions.orValue([]).all(wanted,
  wanted.operator == 'In' ? wanted.key in variables.labels && variables.labels[wanted.key] in wanted.?values.orValue([]) :
  wanted.operator == 'NotIn' ? !(wanted.key in variables.labels && variables.labels[wanted.key] in wanted.?values.orValue([])) :
  wanted.operator == 'Exists' ? wanted.key in variables.labels :
  !(wanted.key in variables.labels))`,
  },
  { name: "isSelected", expression: "variables.hasLabels && variables.meetsExpressions" },
  // Empty while the API server has yet to generate it.
  { name: "name", expression: "object.metadata.?name.orValue('')" },
  {
    // Whether they have ended is not asked: time is nothing that an expression knows.
    name: "excepted",
    expression: `params.spec.?exceptions.orValue([]).filter(exception,
  (!has(exception.namespaces) || request.namespace in exception.namespaces) &&
  (!has(exception.names) || variables.name in exception.names)).map(exception, exception.rules)`,
  },
];

/**
 * Whether violations of a rule are denied on this policy's own terms. One that
 * names no action counts on the built-in one, which other policies can soften;
 * its status says where none does.
 */
export function deniesExpression(rule: string, asked: Asked = {}): string {
  const named = [`${action(rule)} == 'Deny'`, asked.named].filter(Boolean).join(" && ");
  const byDefault = [`${action(rule)} == ''`, `'${rule}' in params.?status.?deniedByDefault.orValue([])`, asked.unnamed]
    .filter(Boolean)
    .join(" && ");
  const conditions = [
    "variables.isSelected",
    `(${named} || ${byDefault})`,
    asked.always,
    `!variables.excepted.exists(rules, '${rule}' in rules)`,
  ];
  return conditions.filter(Boolean).join(" && ");
}

/** What the policy must say besides. */
interface Asked {
  readonly named?: string;
  readonly unnamed?: string;
  readonly always?: string;
}

function action(rule: string): string {
  return `params.spec.?rules[?'${rule}'].orValue('')`;
}
