import { MANAGED_BY } from "#api/controller-names.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { isControlledBy } from "#kube/owner-reference.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { CONFIG_MAPS, DEPLOYMENTS, SECRETS, SERVICES } from "../delivered-objects.ts";
import type { Verification } from "../verification/verification.ts";
import type { Plan } from "./delivery.ts";
import type { DeliveryTarget } from "./delivery-target.ts";

/** An object of the kinds that are made for gateways. */
export interface MadeObject {
  readonly type: ResourceType;
  readonly object: Resource;
}

/**
 * What was made for a gateway under names that its class does not give any more, in the
 * order in which it may go: a Pod that is made anew needs the Secret and the ConfigMap.
 */
export function formerObjects(
  made: readonly MadeObject[],
  { gateway, target }: Pick<Plan, "gateway" | "target">,
): readonly MadeObject[] {
  const owner = gateway as AIGatewayConfig & Resource;
  const isFormer = ({ type, object }: MadeObject) =>
    isOurs(object, owner) &&
    object.metadata.deletionTimestamp === undefined &&
    !namesOf(type, target).includes(object.metadata.name);
  const former = made.filter(isFormer);
  return IN_ORDER.flatMap((type) => former.filter((one) => one.type === type));
}

/**
 * Those of them that may go by what the gateway's instances say. Deployments and Services
 * wait until there are enough others that run the configuration: their own Pods have one
 * that is never written again, and would be waited for in vain. The rest waits for all.
 */
export function formerToGo(
  former: readonly MadeObject[],
  verification: Verification | undefined,
  enough: number,
): readonly MadeObject[] {
  if (verification === undefined || verification.reason === undefined) return former;
  return verification.verified >= enough ? former.filter(isWorkload) : [];
}

const IN_ORDER: readonly ResourceType[] = [DEPLOYMENTS, SERVICES, SECRETS, CONFIG_MAPS];

function isWorkload({ type }: MadeObject): boolean {
  return type === DEPLOYMENTS || type === SERVICES;
}

function isOurs({ metadata }: Resource, owner: Resource): boolean {
  const isLabelled = Object.entries(MANAGED_BY).every(([label, value]) => metadata.labels?.[label] === value);
  return isLabelled && metadata.namespace === owner.metadata.namespace && isControlledBy({ metadata }, owner);
}

/** A Deployment that is restarted may be one that was made before, and is its owner's by now. */
function namesOf(type: ResourceType, target: DeliveryTarget): readonly (string | undefined)[] {
  if (type === SECRETS) return [target.secretName];
  if (type === CONFIG_MAPS) return [target.configMapName];
  return type === DEPLOYMENTS ? [target.managedName, target.rolloutDeployment] : [target.managedName];
}
