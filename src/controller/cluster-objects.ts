import type { ResourceType } from "#kube/resource.ts";

/** What of an installation lies in no namespace, beside CRDs. */
export const VALIDATING_WEBHOOKS = admission("validatingwebhookconfigurations", "ValidatingWebhookConfiguration");
export const MUTATING_WEBHOOKS = admission("mutatingwebhookconfigurations", "MutatingWebhookConfiguration");
const ADMISSION_POLICIES = admission("validatingadmissionpolicies", "ValidatingAdmissionPolicy");
const ADMISSION_BINDINGS = admission("validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding");
const CLUSTER_ROLES = access("clusterroles", "ClusterRole");
const CLUSTER_ROLE_BINDINGS = access("clusterrolebindings", "ClusterRoleBinding");

/** By plural. */
export const CLUSTER_TYPES: ReadonlyMap<string, ResourceType> = new Map(
  [
    VALIDATING_WEBHOOKS,
    MUTATING_WEBHOOKS,
    ADMISSION_POLICIES,
    ADMISSION_BINDINGS,
    CLUSTER_ROLES,
    CLUSTER_ROLE_BINDINGS,
  ].map((type) => [type.plural, type]),
);

function admission(plural: string, kind: string): ResourceType {
  return { group: "admissionregistration.k8s.io", version: "v1", plural, kind, namespaced: false };
}

function access(plural: string, kind: string): ResourceType {
  return { group: "rbac.authorization.k8s.io", version: "v1", plural, kind, namespaced: false };
}
