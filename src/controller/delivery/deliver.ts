import { CLEANUP_FINALIZER } from "#api/controller-names.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { MAX_RENDERED_BYTES } from "#gateway/footprint.ts";
import type { Client } from "#kube/client.ts";
import { addFinalizer, hasFinalizer } from "#kube/finalizers.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { keyOf, type Resource, type ResourceType } from "#kube/resource.ts";
import type { PushOutcome } from "../admin/admin-api.ts";
import type { ClassHolder } from "../classes/class-holder.ts";
import { CONFIG_MAPS, DEPLOYMENTS, SECRETS, SERVICES } from "../delivered-objects.ts";
import { GATEWAYS } from "../gateways.ts";
import { bringData } from "./bring-data.ts";
import { bringObject, hashOf } from "./bring-object.ts";
import type { DeliveryOutcome, Plan, Undelivered } from "./delivery.ts";
import { isManagedAsWanted, managedFields, managedObjects } from "./managed-objects.ts";
import { refusedWrite } from "./refused-write.ts";
import { restart } from "./restart.ts";
import { dataBytes, wantedConfigMap, wantedSecret } from "./wanted-objects.ts";

export interface DeliverOptions {
  /** Writes only while we lead. */
  readonly client: Client;
  readonly fieldManager: string;
  /** The gateway's class, which has to outlive the gateway's finalizer. */
  readonly classes: Pick<ClassHolder, "hold" | "letGo">;
  /** Hands a configuration over to the gateway's admin API, with the credentials that the class names. */
  readonly push: (plan: Plan, body: string, signal: AbortSignal) => Promise<PushOutcome | Undelivered>;
  /** Whether Deployments of the namespace may be restarted. */
  readonly mayRestart: (namespace: string) => boolean;
  /** Whether Deployments and Services may be made in the namespace. */
  readonly mayManage: (namespace: string) => boolean;
  /** Told of the kind of each object that had been delivered and was changed or deleted by others. */
  readonly onDrift: (kind: string, gateway: AIGatewayConfig) => void;
}

/**
 * Brings a configuration to where the gateway takes it from, and writes nothing where
 * all is as it should be. The Secret goes first, since files of the ConfigMap name
 * its files; what is asked of the gateway itself goes last, when both are there. It
 * can end between any two steps, and the next call comes to the same end.
 */
export async function deliver(plan: Plan, options: DeliverOptions, signal: AbortSignal): Promise<DeliveryOutcome> {
  const refusal = invalidName(plan) ?? tooLarge(plan) ?? notPermitted(plan, options);
  if (refusal) return refusal;
  let changed = false;
  try {
    for (const step of stepsOf(plan, options, signal)) {
      const outcome = await step();
      if (outcome.type !== "delivered") return outcome;
      changed ||= outcome.changed;
    }
  } catch (error) {
    return refusedWrite(error);
  }
  return { type: "delivered", changed };
}

type Step = () => Promise<DeliveryOutcome>;

function stepsOf(plan: Plan, options: DeliverOptions, signal: AbortSignal): readonly Step[] {
  const { client, fieldManager, onDrift } = options;
  const { target, hash, rendered } = plan;
  const gateway = plan.gateway as AIGatewayConfig & Resource;
  const wasDelivered = plan.gateway.status?.configHash === hash;
  const common = { client, owner: gateway, fieldManager, signal };
  const data = { ...common, wasDelivered };
  const steps: Step[] = [
    () => bringData({ ...data, type: SECRETS, wanted: wantedSecret(plan), onDrift: () => onDrift("Secret", gateway) }),
    () =>
      bringData({
        ...data,
        type: CONFIG_MAPS,
        wanted: wantedConfigMap(plan),
        onDrift: () => onDrift("ConfigMap", gateway),
      }),
  ];
  const { managed } = plan.gatewayClass.spec.delivery ?? {};
  if (managed) {
    const wanted = managedObjects(plan, managed);
    const isAsWanted = (present: Resource, wanted: Resource) => isManagedAsWanted(present, wanted, plan);
    const bring = (type: ResourceType, object: Resource, kind: string) =>
      bringObject({
        ...common,
        type,
        wanted: object,
        isAsWanted,
        needsClearing: (present, wanted) => !isAsWanted(present, wanted),
        clearedFields: managedFields,
        // With another hash it is as its class had it before, and without one somebody took it off.
        wasAsWanted: (present, wanted) =>
          present ? [hashOf(wanted), undefined].includes(hashOf(present)) : wasDelivered,
        onDrift: () => onDrift(kind, gateway),
      });
    steps.push(
      () => bring(DEPLOYMENTS, wanted.deployment, "Deployment"),
      () => bring(SERVICES, wanted.service, "Service"),
    );
  }
  const { adminUrl, rolloutDeployment: deployment } = target;
  if (adminUrl !== undefined && rendered.pushed !== undefined) {
    const body = rendered.pushed;
    // Persisted before the gateway knows anything that would have to be taken back.
    steps.unshift(() => keep(plan, options, signal));
    steps.push(async () => pushed(await options.push(plan, body, signal)));
  }
  if (deployment !== undefined)
    steps.push(() =>
      restart({ client, plan, deployment, fieldManager, onDrift: () => onDrift("Deployment", gateway), signal }),
    );
  return steps;
}

/** The class first, which says how to take back what the gateway's finalizer stands for. */
async function keep(plan: Plan, { client, classes }: DeliverOptions, signal: AbortSignal): Promise<DeliveryOutcome> {
  const object = plan.gateway as AIGatewayConfig & Resource;
  if (hasFinalizer(object, CLEANUP_FINALIZER)) return { type: "delivered", changed: false };
  const key = keyOf(object);
  const refusal = await classes.hold(key, plan.gatewayClass, signal);
  if (refusal) return refusal;
  let isKept = false;
  try {
    const target = { client, type: GATEWAYS, object: object as Resource, retry: { signal } };
    const { object: kept } = await addFinalizer(target, CLEANUP_FINALIZER);
    isKept = kept !== undefined && kept.metadata.deletionTimestamp === undefined;
  } finally {
    if (!isKept) classes.letGo(key);
  }
  if (!isKept) throw new KubernetesError("deleted meanwhile", { code: 409, reason: "Conflict" });
  return { type: "delivered", changed: true };
}

function pushed(outcome: PushOutcome | Undelivered): DeliveryOutcome {
  switch (outcome.type) {
    case "accepted":
      return { type: "delivered", changed: outcome.changed };
    case "rejected":
      return { type: "failed", reason: outcome.reason, message: outcome.message };
    case "unreachable":
      return { type: "failed", reason: "Unreachable", message: outcome.message };
    case "refused":
    case "failed":
      return outcome;
  }
}

function invalidName({ target, gatewayClass }: Plan): Undelivered | undefined {
  const { configMapName, secretName, rolloutDeployment, managedName } = target;
  const found = [configMapName, secretName, rolloutDeployment].find((name) => name !== undefined && !isName(name));
  const isLabel = managedName === undefined || SERVICE_NAME.test(managedName);
  if (found === undefined && isLabel) return undefined;
  const allowed =
    found === undefined
      ? "begin with a letter, and hold at most 63 lower-case letters, digits and '-', since a Service has it too"
      : "hold at most 253 lower-case letters, digits, '-' and '.', and begin and end with a letter or digit";
  const message = `names of AIGatewayClass ${gatewayClass.metadata.name} come to '${found ?? managedName}': must ${allowed}`;
  return { type: "refused", reason: "InvalidName", message };
}

/** As Kubernetes has names of most kinds (RFC 1123, subdomain), and of Services (RFC 1035, label). */
function isName(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name);
}
const SERVICE_NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

function tooLarge({ rendered, lastGood, target }: Plan): Undelivered | undefined {
  const sizes = [
    { what: `ConfigMap ${target.configMapName}`, bytes: dataBytes(rendered.files) },
    { what: `Secret ${target.secretName}`, bytes: dataBytes(rendered.secrets) + Buffer.byteLength(lastGood) },
  ];
  const found = sizes.find(({ bytes }) => bytes > MAX_RENDERED_BYTES);
  if (!found) return undefined;
  const message = `${found.what} would hold ${found.bytes} bytes: must be at most ${MAX_RENDERED_BYTES}, so models or routes must be moved to another AIGatewayConfig`;
  return { type: "refused", reason: "TooLarge", message };
}

function notPermitted(
  { target, gatewayClass }: Plan,
  { mayRestart, mayManage }: DeliverOptions,
): Undelivered | undefined {
  const { rolloutDeployment, namespace } = target;
  const refused = (what: string, value: string, option: string): Undelivered => ({
    type: "refused",
    reason: "DeliveryNotPermitted",
    message: `${what} in namespace ${namespace}: its name must be in ${value} of the chart (--${option})`,
  });
  if (rolloutDeployment !== undefined && !mayRestart(namespace))
    return refused("Deployments may not be restarted", "rolloutNamespaces", "rollout-namespaces");
  if (gatewayClass.spec.delivery?.managed && !mayManage(namespace))
    return refused("Deployments and Services may not be made", "managedNamespaces", "managed-namespaces");
  return undefined;
}
