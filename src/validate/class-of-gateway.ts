import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import { gatewayOf } from "./part.ts";
import type { Facts } from "./rule.ts";

/** The class of the gateway that is judged; undefined where it has none, or is no gateway. */
export function classOfGateway({ owner, lookup, gatewayClass }: Facts): AIGatewayClass | undefined {
  const gateway = gatewayOf(owner);
  return gateway && (gatewayClass ?? classNamed(gateway.spec.gatewayClassName, lookup));
}

/** A class by the name that a gateway gives, or the default class. */
export function classNamed(name: string | undefined, lookup: PolicyLookup): AIGatewayClass | undefined {
  return name === undefined ? lookup.defaultGatewayClass() : lookup.gatewayClass(name);
}
