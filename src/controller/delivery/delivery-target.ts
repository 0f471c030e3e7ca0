import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { ObjectName } from "#kube/client.ts";

/** Where a gateway's configuration goes, with the names of its class filled in. */
export interface DeliveryTarget {
  readonly namespace: string;
  readonly configMapName: string;
  readonly secretName: string;
  /** Admin API that it is pushed to, if any. */
  readonly adminUrl?: string;
  /** Name of the Deployment that is restarted for it, if any. */
  readonly rolloutDeployment?: string;
  /** Name of the Deployment and of the Service that are made for it, if any are. */
  readonly managedName?: string;
}

export interface GatewayName {
  readonly namespace: string;
  readonly name: string;
}

/** Of a gateway of the class. Where the class names no ConfigMap and Secret, both are `NAME-gateway`. */
export function deliveryTarget({ spec }: AIGatewayClass, gateway: GatewayName): DeliveryTarget {
  const { configMapName = DEFAULT_NAME, secretName = DEFAULT_NAME, adminAPI, rollout, managed } = spec.delivery ?? {};
  const fill = (template: string) =>
    template.replaceAll("{namespace}", gateway.namespace).replaceAll("{name}", gateway.name);
  return {
    namespace: gateway.namespace,
    configMapName: fill(configMapName),
    secretName: fill(secretName),
    ...(adminAPI && { adminUrl: fill(adminAPI.url) }),
    ...(rollout && { rolloutDeployment: fill(rollout.deployment) }),
    ...(managed && { managedName: fill(configMapName) }),
  };
}

const DEFAULT_NAME = "{name}-gateway";

/** The place of an object, as `placesOf` has it; that of a Service is its Deployment's. */
export function placeOf({ kind }: { readonly kind: string }, { namespace, name }: ObjectName): string {
  return `${kind === "Service" ? "deployment" : kind.toLowerCase()} ${namespace}/${name}`;
}

/** What no two gateways can have: equal texts are one place. */
export function placesOf({ namespace, ...target }: DeliveryTarget): readonly string[] {
  const { configMapName, secretName, adminUrl, rolloutDeployment, managedName } = target;
  return [
    `configmap ${namespace}/${configMapName}`,
    `secret ${namespace}/${secretName}`,
    ...(adminUrl === undefined ? [] : [`admin ${adminUrl}`]),
    ...[rolloutDeployment, managedName].flatMap((name) =>
      name === undefined ? [] : `deployment ${namespace}/${name}`,
    ),
  ];
}
