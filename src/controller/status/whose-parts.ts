import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import type { FactIndex } from "#policy/fact-index.ts";
import type { StoredKind } from "#policy/stored-objects.ts";
import type { ControllerScope } from "../controller-settings.ts";
import type { GatewayCaches } from "../gateway-caches.ts";
import { responsibilityFor } from "../responsibility.ts";
import { type GatewaySources, touchedGateways } from "../touched-gateways.ts";

export interface VoiceOptions {
  readonly scope: ControllerScope;
  readonly facts: FactIndex;
  readonly caches: Pick<GatewayCaches, "get">;
  readonly sources: GatewaySources;
}

/**
 * Whose an object beside gateways is to speak of:
 * - `ours`: one of our gateways has it, or none has it and this is the controller of the usual name;
 * - `shared`: likewise, and gateways of other controllers have it too, of which those speak;
 * - `another's`: whatever its status has of ours is to go;
 * - `outside`: beyond what this controller was told to look at, and another installation of our name may look there.
 */
export type Voice = "ours" | "shared" | "another's" | "outside";

export function voiceOn(kind: StoredKind, object: FactObject, options: VoiceOptions): Voice {
  const { scope, facts, sources } = options;
  const { namespace = "" } = object.metadata;
  if (scope.namespaces.length > 0 && !scope.namespaces.includes(namespace)) return "outside";
  const served = facts.objectsIn(namespace).get(kind, object.metadata.name);
  const gateways = served ? touchedGateways(kind, { ...object, ...served, kind }, sources) : [];
  const whose = new Set(Array.from(new Set(gateways), (key) => whoseGateway(key, options)));
  const others = whose.has("another's");
  if (whose.has("ours")) return others ? "shared" : "ours";
  if (whose.has("outside")) return "outside";
  return !others && scope.controllerName === CONTROLLER_NAME ? "ours" : "another's";
}

function whoseGateway(key: string, { scope, facts, caches }: VoiceOptions): Exclude<Voice, "shared"> | undefined {
  const [namespace = "", name = ""] = key.split("/");
  const gateway = caches.get("AIGatewayConfig", namespace, name);
  if (!gateway) return undefined;
  const { type } = responsibilityFor(gateway, scope, facts);
  if (type === "outside") {
    const anywhere = { ...scope, namespaces: [], gatewaySelector: undefined };
    return responsibilityFor(gateway, anywhere, facts).type === "another's" ? "another's" : "outside";
  }
  return type === "nobody's" ? "ours" : type;
}
