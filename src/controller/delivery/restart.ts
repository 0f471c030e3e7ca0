import { CONFIG_HASH_ANNOTATION } from "#api/controller-names.ts";
import { applyGuarded } from "#kube/apply.ts";
import type { Client } from "#kube/client.ts";
import type { Resource } from "#kube/resource.ts";
import { unlessGone } from "#kube/unless-gone.ts";
import { DEPLOYMENTS } from "../delivered-objects.ts";
import type { DeliveryOutcome } from "./delivery.ts";

export interface RestartOptions {
  readonly client: Client;
  readonly namespace: string;
  readonly deployment: string;
  readonly hash: string;
  readonly fieldManager: string;
  readonly signal: AbortSignal;
}

/**
 * Has a Deployment replace its Pods, as `kubectl rollout restart` does, if they do not
 * run with this configuration yet: by an annotation of their template, the one field
 * of the Deployment that is ours.
 */
export async function restart(options: RestartOptions): Promise<DeliveryOutcome> {
  const { client, namespace, deployment: name, hash, fieldManager, signal } = options;
  const present = await read(options);
  if (!present) {
    const message = `Deployment ${name} is not there: it must be made, or the class must name another in delivery.rollout`;
    return { type: "failed", reason: "DeploymentNotFound", message };
  }
  const annotations = { [CONFIG_HASH_ANNOTATION]: hash };
  if (present.spec?.template?.metadata?.annotations?.[CONFIG_HASH_ANNOTATION] === hash)
    return { type: "delivered", changed: false };
  const wanted: DeploymentWithTemplate = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace, name },
    spec: { template: { metadata: { annotations } } },
  };
  await applyGuarded({ client, type: DEPLOYMENTS, wanted, present, fieldManager, signal });
  return { type: "delivered", changed: true };
}

interface DeploymentWithTemplate extends Resource {
  readonly spec?: {
    readonly template?: { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } };
  };
}

function read({ client, namespace, deployment: name, signal }: RestartOptions) {
  return unlessGone(client.get<DeploymentWithTemplate>(DEPLOYMENTS, { namespace, name }, { signal }));
}
