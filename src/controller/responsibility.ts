import { type AIGatewayClass, CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { selects } from "#policy/label-selector.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import type { ControllerScope } from "./controller-settings.ts";

/**
 * Whose an AIGatewayConfig is:
 * - `ours`: its class names this controller;
 * - `nobody's`: it has no class, and it falls to us to say so;
 * - `another's`: whatever it has of ours is to be let go of;
 * - `outside`: beyond what this controller was told to look at.
 */
export type Responsibility =
  | { readonly type: "ours"; readonly gatewayClass: AIGatewayClass }
  | { readonly type: "nobody's" | "another's" | "outside" };

export function responsibilityFor(
  gateway: AIGatewayConfig,
  scope: ControllerScope,
  lookup: Pick<PolicyLookup, "gatewayClass" | "defaultGatewayClass">,
): Responsibility {
  if (!isInScope(gateway, scope)) return { type: "outside" };
  const { gatewayClassName } = gateway.spec;
  const gatewayClass =
    gatewayClassName === undefined ? lookup.defaultGatewayClass() : lookup.gatewayClass(gatewayClassName);
  if (!gatewayClass) return { type: isLeftToUs(gateway, scope) ? "nobody's" : "another's" };
  // By that name the index calls ours, whatever name that is.
  const { controllerName = CONTROLLER_NAME } = gatewayClass.spec;
  return controllerName === CONTROLLER_NAME ? { type: "ours", gatewayClass } : { type: "another's" };
}

function isInScope({ metadata }: AIGatewayConfig, { namespaces, gatewaySelector }: ControllerScope): boolean {
  if (namespaces.length > 0 && !namespaces.includes(metadata.namespace ?? "")) return false;
  return gatewaySelector === undefined || selects(gatewaySelector, metadata.labels ?? {});
}

/** Who served it last goes on; of those that nobody served, the controller of the usual name speaks. */
function isLeftToUs({ status }: AIGatewayConfig, { controllerName }: ControllerScope): boolean {
  return (status?.controllerName ?? CONTROLLER_NAME) === controllerName;
}
