import type { Resource } from "#kube/resource.ts";
import type { FactIndex } from "#policy/fact-index.ts";
import { selects } from "#policy/label-selector.ts";
import { GATEWAY_NAME_LABEL } from "./verification/gateway-pods.ts";

/** The gateways of its namespace, `namespace/name`, that ask a Pod with such labels what it runs. */
export function* gatewaysOfPod({ metadata }: Resource, facts: FactIndex): Generator<string> {
  const { namespace = "", labels = {} } = metadata;
  const objects = facts.objectsIn(namespace);
  const named = labels[GATEWAY_NAME_LABEL];
  for (const name of named === undefined ? objects.names("AIGatewayConfig") : [named]) {
    const className = objects.get("AIGatewayConfig", name)?.spec.gatewayClassName;
    const gatewayClass = className === undefined ? facts.defaultGatewayClass() : facts.gatewayClass(className);
    const selector = gatewayClass?.spec.verify?.selector;
    if (selector && selects(selector, labels)) yield `${namespace}/${name}`;
  }
}
