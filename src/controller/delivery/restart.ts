import { CONFIG_HASH_ANNOTATION } from "#api/controller-names.ts";
import { applyGuarded } from "#kube/apply.ts";
import type { Client } from "#kube/client.ts";
import { unlessGone } from "#kube/unless-gone.ts";
import { DEPLOYMENTS } from "../delivered-objects.ts";
import type { DeliveryOutcome, Plan } from "./delivery.ts";
import { type DeploymentWithTemplate, isStartedWith, podsStartedWith } from "./pods-started-with.ts";

export interface RestartOptions {
  readonly client: Client;
  readonly plan: Plan;
  readonly deployment: string;
  readonly fieldManager: string;
  /** Told once a Deployment was put right that had been restarted for this configuration, and whose template said otherwise. */
  readonly onDrift: () => void;
  readonly signal: AbortSignal;
}

/**
 * Has a Deployment replace its Pods, as `kubectl rollout restart` does, if they do not
 * run with this configuration yet: by an annotation of their template, the one field
 * of the Deployment that is ours.
 */
export async function restart(options: RestartOptions): Promise<DeliveryOutcome> {
  const { client, plan, deployment: name, fieldManager, signal } = options;
  const { hash, target } = plan;
  const present = await read(options);
  if (!present) {
    const message = `Deployment ${name} is not there: it must be made, or the class must name another in delivery.rollout`;
    return { type: "failed", reason: "DeploymentNotFound", message };
  }
  const annotations = { [CONFIG_HASH_ANNOTATION]: hash };
  if (isStartedWith(present, plan)) return { type: "delivered", changed: false };
  const isDrift = plan.gateway.status?.configHash === hash && podsStartedWith(present) !== undefined;
  const wanted: DeploymentWithTemplate = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace: target.namespace, name },
    spec: { template: { metadata: { annotations } } },
  };
  await applyGuarded({ client, type: DEPLOYMENTS, wanted, present, fieldManager, signal });
  if (isDrift) options.onDrift();
  return { type: "delivered", changed: true };
}

function read({ client, plan: { target }, deployment: name, signal }: RestartOptions) {
  return unlessGone(client.get<DeploymentWithTemplate>(DEPLOYMENTS, { namespace: target.namespace, name }, { signal }));
}
