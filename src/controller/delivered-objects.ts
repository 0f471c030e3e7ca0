import { MANAGED_BY } from "#api/controller-names.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { withoutBulk } from "#kube/transform.ts";

/** What is delivered to a gateway, and what it runs in. */
export const CONFIG_MAPS = core("configmaps", "ConfigMap");
export const SECRETS = core("secrets", "Secret");
export const SERVICES = core("services", "Service");
export const PODS = core("pods", "Pod");
export const DEPLOYMENTS: ResourceType = {
  group: "apps",
  version: "v1",
  plural: "deployments",
  kind: "Deployment",
  namespaced: true,
};

/** Ours as it is, since it is compared with what it should be; of others', that the name is taken. */
export function configMapToKeep(configMap: Resource): Resource {
  const kept = withoutBulk(configMap);
  const isOurs = Object.entries(MANAGED_BY).every(([label, value]) => kept.metadata.labels?.[label] === value);
  if (isOurs) return kept;
  const { apiVersion = "v1", kind = "ConfigMap", metadata } = kept;
  const { name, namespace = "", uid = "", resourceVersion = "", ownerReferences = [] } = metadata;
  return { apiVersion, kind, metadata: { name, namespace, uid, resourceVersion, ownerReferences } };
}

function core(plural: string, kind: string): ResourceType {
  return { group: "", version: "v1", plural, kind, namespaced: true };
}
