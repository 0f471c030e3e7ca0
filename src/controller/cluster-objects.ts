import type { ResourceType } from "#kube/resource.ts";

/** What of an installation lies in no namespace, beside CRDs. */
export const VALIDATING_WEBHOOKS = admission("validatingwebhookconfigurations", "ValidatingWebhookConfiguration");
export const MUTATING_WEBHOOKS = admission("mutatingwebhookconfigurations", "MutatingWebhookConfiguration");
const ADMISSION_POLICIES = admission("validatingadmissionpolicies", "ValidatingAdmissionPolicy");
const ADMISSION_BINDINGS = admission("validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding");
const CLUSTER_ROLES = access("clusterroles", "ClusterRole");
const CLUSTER_ROLE_BINDINGS = access("clusterrolebindings", "ClusterRoleBinding");

/** One of them. */
export interface ClusterObject {
  readonly type: ResourceType;
  readonly name: string;
}

/** All of these kinds. */
export const CLUSTER_TYPES: readonly ResourceType[] = [
  VALIDATING_WEBHOOKS,
  MUTATING_WEBHOOKS,
  ADMISSION_POLICIES,
  ADMISSION_BINDINGS,
  CLUSTER_ROLES,
  CLUSTER_ROLE_BINDINGS,
];

function admission(plural: string, kind: string): ResourceType {
  return { group: "admissionregistration.k8s.io", version: "v1", plural, kind, namespaced: false };
}

function access(plural: string, kind: string): ResourceType {
  return { group: "rbac.authorization.k8s.io", version: "v1", plural, kind, namespaced: false };
}
