import type { PolicyLookup } from "#policy/policy-lookup.ts";
import type { ControllerScope } from "./controller-settings.ts";
import { deliveryTarget, placesOf } from "./delivery/delivery-target.ts";
import type { GatewayCaches } from "./gateway-caches.ts";
import { GatewayPlaces } from "./gateway-places.ts";
import { responsibilityFor } from "./responsibility.ts";

export interface ClaimedPlaces {
  readonly places: GatewayPlaces;
  /** Looks again where a gateway is delivered to; answers those for whom that may make a difference. */
  readonly claimAnew: (gateway: string) => Iterable<string>;
}

/** The places of all gateways that are ours, as caches and classes have them now. */
export function claimedPlaces(
  caches: GatewayCaches,
  scope: ControllerScope,
  lookup: Pick<PolicyLookup, "gatewayClass" | "defaultGatewayClass">,
): ClaimedPlaces {
  const places = new GatewayPlaces();
  const claimAnew = (key: string): Iterable<string> => {
    const [namespace = "", name = ""] = key.split("/");
    const gateway = caches.get("AIGatewayConfig", namespace, name);
    const responsibility = gateway && responsibilityFor(gateway, scope, lookup);
    if (responsibility?.type !== "ours") return places.set(key, undefined);
    const target = deliveryTarget(responsibility.gatewayClass, { namespace, name });
    const createdAt = gateway?.metadata.creationTimestamp ?? "";
    return places.set(key, { createdAt, places: placesOf(target) });
  };
  for (const key of caches.gateways()) claimAnew(key);
  return { places, claimAnew };
}
