import { type LabelSelector, selects, selectsEverything } from "#policy/label-selector.ts";
import { gatewayOf, type Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";

/**
 * No reference of ours leads into another namespace, so all that is shared across
 * namespaces is the class. A class that is not known, `unresolved-reference` tells.
 */
export const crossNamespace: Rule = {
  id: "cross-namespace",
  claim: "The class that delivers an AIGatewayConfig is open to its namespace, as `allowedNamespaces` says.",
  why: "A class shares a gateway, its environment and its credentials with whoever names it: a namespace that was never let in could put its models and routes there.",
  judgesBy: ["AIGatewayClass.spec.allowedNamespaces"],
  action: "Deny",
  judges: { object: findClosedClass },
};

function findClosedClass(object: Part<"object">, { owner, lookup }: Facts): readonly Finding[] {
  const gateway = gatewayOf(owner);
  if (!gateway) return HOLDS;
  const { gatewayClassName } = gateway.spec;
  const gatewayClass =
    gatewayClassName === undefined ? lookup.defaultGatewayClass() : lookup.gatewayClass(gatewayClassName);
  const selector = gatewayClass?.spec.allowedNamespaces;
  if (selector === undefined || selectsEverything(selector)) return HOLDS;
  const labels = lookup.namespaceLabels(owner.namespace);
  if (labels && selects(selector, labels)) return HOLDS;
  const value = gatewayClass?.metadata.name;
  const unknown = labels === undefined ? ", whose labels are not known" : "";
  const detail = `must be open to namespace '${owner.namespace}'${unknown}; AIGatewayClass '${value}' is so to those with ${selectorText(selector)}`;
  return [
    {
      part: object,
      at: CLASS_NAME,
      kind: "Forbidden",
      value,
      detail,
      ...(labels === undefined && { absent: "Namespace" as const }),
      read: [CLASS_NAME],
    },
  ];
}

const CLASS_NAME = ["spec", "gatewayClassName"];

/** As kubectl's `-l` takes it. */
function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  return [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values = [] }) => {
      if (operator === "Exists") return key;
      if (operator === "DoesNotExist") return `!${key}`;
      return `${key} ${operator.toLowerCase()} (${values.join(", ")})`;
    }),
  ].join(", ");
}
