import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import type { StoredGateway } from "#policy/stored-objects.ts";
import type { Parts } from "./part.ts";
import { gatewayOf } from "./part.ts";

/**
 * The other stored AIGatewayConfigs that are delivered to the same gateway, because
 * their class names one place for several: an admin API, or a ConfigMap of a
 * namespace. None where each has a place of its own, as most classes have it.
 */
export function sharersOfGateway(owner: Parts, lookup: PolicyLookup): readonly StoredGateway[] {
  const className = gatewayOf(owner)?.spec.gatewayClassName;
  const gatewayClass = className === undefined ? lookup.defaultGatewayClass() : lookup.gatewayClass(className);
  const scope = gatewayClass && scopeOfDelivery(gatewayClass);
  if (scope === undefined) return NONE;
  const sharers: StoredGateway[] = [];
  let left = MOST_SHARERS;
  for (const { namespace, name } of lookup.configsOfClass(gatewayClass?.metadata.name ?? "")) {
    left -= 1;
    if (left < 0) break;
    if (scope === "namespace" && namespace !== owner.namespace) continue;
    if (namespace === owner.namespace && name === owner.name) continue;
    const gateway = lookup.objectsIn(namespace).get("AIGatewayConfig", name);
    if (gateway) sharers.push(gateway);
  }
  return sharers;
}

const NONE: readonly StoredGateway[] = [];

/** Only the oldest is served there, so that several are a mistake, and thousands are nobody's to compare. */
const MOST_SHARERS = 64;

/** Whom a class delivers to one place. Undefined where nobody shares one. */
function scopeOfDelivery({ spec: { delivery = {} } }: AIGatewayClass): "namespace" | "cluster" | undefined {
  const { adminAPI, configMapName, secretName, managed } = delivery;
  if (managed) return undefined;
  if (adminAPI) {
    if (adminAPI.url.includes(NAME)) return undefined;
    return adminAPI.url.includes(NAMESPACE) ? "namespace" : "cluster";
  }
  const names = [configMapName, secretName].filter((name) => name !== undefined);
  return names.length === 0 || names.some((name) => name.includes(NAME)) ? undefined : "namespace";
}

const NAME = "{name}";
const NAMESPACE = "{namespace}";
