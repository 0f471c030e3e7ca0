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
}

/**
 * Queues the gateway that an object was made for, of a Secret those that take
 * credentials from it, and of a Pod those that it may be an instance of. Objects that
 * were there from the start wake nobody: their gateways wait for all of the namespace.
 */
export function wakeOwners(
  queue: Pick<WorkQueue, "add">,
  { secretUses, gatewaysOfPod }: OwnerSources,
): (type: ResourceType, change: Change<Resource>) => void {
  return (type, change) => {
    if (change.type === "added" && change.isInInitialList) return;
    if (change.type === "updated" && isSame(type, change.old, change.object)) return;
    const touched = new Set<string>();
    const states = change.type === "updated" ? [change.old, change.object] : [change.object];
    for (const object of states) {
      const { namespace = "", name } = object.metadata;
      const owner = controllerOf(object);
      if (owner?.apiVersion === API_VERSION && owner.kind === "AIGatewayConfig")
        touched.add(`${namespace}/${owner.name}`);
      if (type === SECRETS) for (const key of secretUses.usersOf({ namespace, name })) touched.add(key);
      if (type === PODS) for (const key of gatewaysOfPod(object)) touched.add(key);
    }
    for (const key of touched) queue.add(key);
  };
}

/** Kubelets report of Pods all the time; what is kept of them seldom changes. */
function isSame(type: ResourceType, old: Resource, object: Resource): boolean {
  if (old.metadata.resourceVersion === object.metadata.resourceVersion) return true;
  return type === PODS && isDeepStrictEqual(keptOf(old), keptOf(object));
}

function keptOf({ metadata: { resourceVersion: _, ...metadata }, ...rest }: Resource): object {
  return { ...rest, metadata };
}
