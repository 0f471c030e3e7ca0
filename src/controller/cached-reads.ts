import type { Client } from "#kube/client.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { keyOf, type Resource, type ResourceType } from "#kube/resource.ts";
import type { StoreReader } from "#kube/store.ts";
import { CONFIG_MAPS, SECRETS } from "./delivered-objects.ts";
import type { GrantedNamespaces } from "./granted-namespaces.ts";

/**
 * The client with Secrets and ConfigMaps of granted namespaces taken from the caches,
 * which hold them anyway, so that to find thousands of gateways as they should be
 * costs no requests. What is a moment old is found out by the write that is based on
 * it, since each carries the resource version.
 */
export function withCachedReads(client: Client, granted: Pick<GrantedNamespaces, "secrets" | "configMaps">): Client {
  const storeOf = (type: ResourceType, namespace: string): StoreReader<Resource> | undefined => {
    if (isSame(type, SECRETS)) return granted.secrets(namespace);
    return isSame(type, CONFIG_MAPS) ? granted.configMaps(namespace) : undefined;
  };
  return {
    ...client,
    async get<R extends Resource>(...request: Parameters<Client["get"]>): Promise<R> {
      const [type, name] = request;
      const store = storeOf(type, name.namespace ?? "");
      if (!store) return client.get<R>(...request);
      const object = store.get(keyOf({ metadata: name }));
      if (object) return object as R;
      throw new KubernetesError(`${type.plural} "${name.name}" not found`, { code: 404, reason: "NotFound" });
    },
  };
}

function isSame(a: ResourceType, b: ResourceType): boolean {
  return a.plural === b.plural && a.group === b.group;
}
