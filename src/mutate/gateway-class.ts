import type { AddOperation } from "#api/admission-review.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { type Labels, selects } from "#policy/label-selector.ts";
import { NOTHING } from "./additions.ts";
import type { MutationFacts } from "./facts.ts";
import { isSameJson } from "./same-json.ts";
import { type Unchecked, unchecked } from "./unchecked.ts";

/** The default class, for a configuration that names none, unless the class is known to be closed to its namespace. */
export function gatewayClassOperations(
  config: Unchecked<AIGatewayConfig>,
  previous: Unchecked<AIGatewayConfig> | undefined,
  { lookup, namespace }: MutationFacts,
): readonly AddOperation[] {
  const spec = unchecked<AIGatewayConfig["spec"]>(config.spec);
  if (!spec || spec.gatewayClassName !== undefined) return NOTHING;
  const gatewayClass = lookup.defaultGatewayClass();
  const name = gatewayClass?.metadata.name;
  if (name === undefined || (previous && isSameJson(spec, previous.spec))) return NOTHING;
  if (isClosedTo(lookup.namespaceLabels(namespace), gatewayClass)) return NOTHING;
  return [{ op: "add", path: "/spec/gatewayClassName", value: name }];
}

/** To fill in what will be refused would deny something that nobody wrote. */
function isClosedTo(namespaceLabels: Labels | undefined, gatewayClass: AIGatewayClass | undefined): boolean {
  const selector = gatewayClass?.spec.allowedNamespaces;
  return selector !== undefined && namespaceLabels !== undefined && !selects(selector, namespaceLabels);
}
