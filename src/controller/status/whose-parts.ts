import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import type { FactIndex } from "#policy/fact-index.ts";
import type { StoredKind } from "#policy/stored-objects.ts";
import type { ControllerScope } from "../controller-settings.ts";
import type { GatewayCaches } from "../gateway-caches.ts";
import { responsibilityFor } from "../responsibility.ts";
import { type GatewaySources, touchedGateways } from "../touched-gateways.ts";

export interface WhosePartsOptions {
  readonly scope: ControllerScope;
  readonly facts: FactIndex;
  readonly caches: Pick<GatewayCaches, "get">;
  readonly sources: GatewaySources;
}

/**
 * Whether it falls to this controller to speak of an object beside gateways: one of
 * them is ours; or none has it, and this is the controller of the usual name. Of
 * several controllers whose gateways share an object, each says what its own make of it.
 */
export function isOurPart(kind: StoredKind, object: FactObject, options: WhosePartsOptions): boolean {
  const { scope, facts, caches, sources } = options;
  const { namespace = "" } = object.metadata;
  if (scope.namespaces.length > 0 && !scope.namespaces.includes(namespace)) return false;
  const served = facts.objectsIn(namespace).get(kind, object.metadata.name);
  const gateways = new Set(served ? touchedGateways(kind, { ...object, ...served, kind }, sources) : []);
  if (gateways.size === 0) return scope.controllerName === CONTROLLER_NAME;
  let others = 0;
  for (const key of gateways) {
    const [, name = ""] = key.split("/");
    const gateway = caches.get("AIGatewayConfig", namespace, name);
    if (!gateway) continue;
    const { type } = responsibilityFor(gateway, scope, facts);
    if (type === "ours" || type === "nobody's") return true;
    others += 1;
  }
  return others === 0 && scope.controllerName === CONTROLLER_NAME;
}
