import type { Client } from "#kube/client.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { unlessGone } from "#kube/unless-gone.ts";

export interface StatusClearing<R extends Resource> {
  readonly client: Pick<Client, "patch">;
  readonly type: ResourceType;
  /** As it was read: what the decision is based on. */
  readonly present: R;
  readonly signal: AbortSignal;
}

/** Takes a status away, whoever has written what of it, which an apply would not. Undefined if the object was deleted. */
export function clearStatus<R extends Resource>({ client, type, present, signal }: StatusClearing<R>) {
  const { namespace, name, resourceVersion } = present.metadata;
  const operations = [
    { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
    { op: "add", path: "/status", value: {} }, // in the place of what is there, whatever that is by now
  ] as const;
  const patch = { kind: "json", operations } as const;
  const object = { ...(namespace !== undefined && { namespace }), name };
  return unlessGone(client.patch<R>(type, object, patch, { subresource: "status", signal }));
}
