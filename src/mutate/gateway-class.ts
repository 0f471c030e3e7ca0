import type { AddOperation } from "#api/admission-review.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { type Labels, selects } from "#policy/label-selector.ts";
import { NOTHING } from "./additions.ts";
import type { MutationFacts } from "./facts.ts";
import { type Unchecked, unchecked } from "./unchecked.ts";

/**
 * The default class, for a configuration that names none, unless the class is
 * known to be closed to its namespace. One that had none before its update goes on
 * so: with a class it could be in a fault that the update has no part in.
 */
export function gatewayClassOperations(
  config: Unchecked<AIGatewayConfig>,
  previous: Unchecked<AIGatewayConfig> | undefined,
  { lookup, namespace }: MutationFacts,
): readonly AddOperation[] {
  const spec = unchecked<AIGatewayConfig["spec"]>(config.spec);
  if (!spec || spec.gatewayClassName !== undefined) return NOTHING;
  const gatewayClass = lookup.defaultGatewayClass();
  const name = gatewayClass?.metadata.name;
  if (name === undefined || hadNone(previous)) return NOTHING;
  if (isClosedTo(lookup.namespaceLabels(namespace), gatewayClass)) return NOTHING;
  return [{ op: "add", path: "/spec/gatewayClassName", value: name }];
}

function hadNone(previous: Unchecked<AIGatewayConfig> | undefined): boolean {
  const spec = unchecked<AIGatewayConfig["spec"]>(previous?.spec);
  return spec !== undefined && spec.gatewayClassName === undefined;
}

/** To fill in what will be refused would deny something that nobody wrote. */
function isClosedTo(namespaceLabels: Labels | undefined, gatewayClass: AIGatewayClass | undefined): boolean {
  const selector = gatewayClass?.spec.allowedNamespaces;
  return selector !== undefined && namespaceLabels !== undefined && !selects(selector, namespaceLabels);
}
