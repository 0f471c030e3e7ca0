import type { ResourceType } from "#kube/resource.ts";

/** Where the objects of an installation are that its certificates concern. */
export interface InstallationObjects {
  /** Its own. */
  readonly namespace: string;
  /** The Secret that certificates are kept in. */
  readonly secret: string;
  /** The Service by whose name the API server calls; what goes with it goes the Secret. */
  readonly service: string;
  /** The name of the MutatingWebhookConfiguration and of the ValidatingWebhookConfiguration. */
  readonly webhookConfigurations: string;
}

export const SECRETS: ResourceType = core("secrets", "Secret");
export const SERVICES: ResourceType = core("services", "Service");

/** Both kinds of webhook configurations, one object of each being ours. */
export const WEBHOOK_CONFIGURATIONS: readonly ResourceType[] = [
  registration("mutatingwebhookconfigurations", "MutatingWebhookConfiguration"),
  registration("validatingwebhookconfigurations", "ValidatingWebhookConfiguration"),
];

function core(plural: string, kind: string): ResourceType {
  return { group: "", version: "v1", plural, kind, namespaced: true };
}

function registration(plural: string, kind: string): ResourceType {
  return { group: "admissionregistration.k8s.io", version: "v1", plural, kind, namespaced: false };
}
