import { isDeepStrictEqual } from "node:util";
import { API_VERSION } from "#api/kind.ts";
import type { Change } from "#kube/change.ts";
import { controllerOf } from "#kube/owner-reference.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import type { WorkQueue } from "#kube/work-queue.ts";
import { PODS, SECRETS } from "./delivered-objects.ts";
import type { SecretUses } from "./secret-uses.ts";

export interface OwnerSources {
  readonly secretUses: SecretUses;
  /** The gateways, `namespace/name`, whose instance a Pod may be. */
  readonly gatewaysOfPod: (pod: Resource) => Iterable<string>;
  /** The gateways that are delivered to an object, or wait for its name. */
  readonly claimantsOf: (type: ResourceType, object: Resource) => Iterable<string>;
}

/**
 * Queues the gateway that an object was made for, of a Secret those that take
 * credentials from it, and of a Pod those that it may be an instance of; once it is
 * gone, also those that may have its name now. Objects that were there from the start wake nobody: their gateways wait for all of the namespace.
 */
export function wakeOwners(
  queue: Pick<WorkQueue, "add">,
  sources: OwnerSources,
): (type: ResourceType, change: Change<Resource>) => void {
  return (type, change) => {
    if (change.type === "added" && change.isInInitialList) return;
    if (change.type === "updated" && isSame(type, change.old, change.object)) return;
    const states = change.type === "updated" ? [change.old, change.object] : [change.object];
    const owners = new Set(states.flatMap(ownerOf));
    if (change.type === "deleted") for (const key of sources.claimantsOf(type, change.object)) owners.add(key);
    const users = new Set(states.flatMap((object) => [...usersOf(type, object, sources)]));
    for (const key of users) queue.add(key);
    for (const key of owners) queue.add(key, { delayMilliseconds: OWN_WRITES_MILLISECONDS });
  };
}

function ownerOf(object: Resource): readonly string[] {
  const owner = controllerOf(object);
  const isGateway = owner?.apiVersion === API_VERSION && owner.kind === "AIGatewayConfig";
  return isGateway ? [`${object.metadata.namespace}/${owner.name}`] : [];
}

function usersOf(type: ResourceType, object: Resource, { secretUses, gatewaysOfPod }: OwnerSources): Iterable<string> {
  const { namespace = "", name } = object.metadata;
  if (type === SECRETS) return secretUses.usersOf({ namespace, name });
  return type === PODS ? gatewaysOfPod(object) : [];
}

/**
 * Most of these changes we have made ourselves, several for one gateway. By then all of
 * them are in the caches, its status too, so that one look finds everything as it
 * should be; sooner it would be a conflict.
 */
const OWN_WRITES_MILLISECONDS = 200;

/** Kubelets report of Pods all the time; what is kept of them seldom changes. */
function isSame(type: ResourceType, old: Resource, object: Resource): boolean {
  if (old.metadata.resourceVersion === object.metadata.resourceVersion) return true;
  return type === PODS && isDeepStrictEqual(keptOf(old), keptOf(object));
}

function keptOf({ metadata: { resourceVersion: _, ...metadata }, ...rest }: Resource): object {
  return { ...rest, metadata };
}
