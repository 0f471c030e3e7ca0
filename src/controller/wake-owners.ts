import { API_VERSION } from "#api/kind.ts";
import type { Change } from "#kube/change.ts";
import { controllerOf } from "#kube/owner-reference.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import type { WorkQueue } from "#kube/work-queue.ts";
import { SECRETS } from "./delivered-objects.ts";
import type { SecretUses } from "./secret-uses.ts";

/**
 * Queues the gateway that an object was made for, and of a Secret those that take
 * credentials from it. Objects that were there from the start wake nobody: their
 * gateways are queued anyhow, or wait for all of the namespace.
 */
export function wakeOwners(
  queue: Pick<WorkQueue, "add">,
  secretUses: SecretUses,
): (type: ResourceType, change: Change<Resource>) => void {
  return (type, change) => {
    if (change.type === "added" && change.isInInitialList) return;
    if (change.type === "updated" && change.isResync) return;
    const touched = new Set<string>();
    const states = change.type === "updated" ? [change.old, change.object] : [change.object];
    for (const object of states) {
      const { namespace = "", name } = object.metadata;
      const owner = controllerOf(object);
      if (owner?.apiVersion === API_VERSION && owner.kind === "AIGatewayConfig")
        touched.add(`${namespace}/${owner.name}`);
      if (type === SECRETS) for (const key of secretUses.usersOf({ namespace, name })) touched.add(key);
    }
    for (const key of touched) queue.add(key);
  };
}
