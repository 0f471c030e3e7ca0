import { fieldManagerOf } from "#api/controller-names.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { Client } from "#kube/client.ts";
import type { Clock } from "#kube/clock.ts";
import type { EventDetails } from "#kube/event-object.ts";
import type { EventRecorder } from "#kube/events.ts";
import { DONE, retry } from "#kube/reconcile-result.ts";
import { keyOf, type Resource } from "#kube/resource.ts";
import type { DeliveryMetrics } from "#observability/delivery-metrics.ts";
import { endpointCredentials } from "./admin/credentials.ts";
import type { GatewayClient } from "./admin/gateway-client.ts";
import { pushTo, readCredentials } from "./admin/push-to.ts";
import type { ClassHolder } from "./classes/class-holder.ts";
import { cleanUpGateway } from "./clean-up-gateway.ts";
import type { ControllerSettings } from "./controller-settings.ts";
import { type DeliverOptions, deliver } from "./delivery/deliver.ts";
import type { GatewayName } from "./delivery/delivery-target.ts";
import type { MadeObject } from "./delivery/former-objects.ts";
import { type TakenDown, takeDownFormer } from "./delivery/take-down-former.ts";
import type { Deletion, GatewayPorts } from "./gateway-ports.ts";
import { letGo } from "./let-go.ts";
import { measuredDelivery, measuredPush } from "./measured-delivery.ts";
import type { PartReports } from "./status/part-reports.ts";
import { report } from "./status/report.ts";
import type { PodSource } from "./verification/gateway-pods.ts";
import type { Verification } from "./verification/verification.ts";
import { Verifier } from "./verification/verifier.ts";

export interface EffectsOptions {
  readonly client: Client;
  readonly settings: ControllerSettings;
  /** Our own, in which the credentials of admin APIs are. */
  readonly namespace: string;
  readonly gatewayClient: GatewayClient;
  readonly classes: ClassHolder;
  readonly pods: PodSource;
  /** What was made for a gateway in its namespace. */
  readonly madeFor: (gateway: Resource) => readonly MadeObject[];
  /** Who has the gateway of an AIGatewayConfig, `namespace/name`, if that is another. */
  readonly takenBy: (key: string) => string | undefined;
  readonly isTerminating: (namespace: string) => boolean;
  readonly events: EventRecorder;
  readonly partReports: PartReports;
  /** `namespace/name` of those that are being deleted and wait for their gateways. */
  readonly waiting: Set<string>;
  readonly metrics: DeliveryMetrics;
  readonly clock: Clock;
}

/** What a reconcile of a gateway does to the world. */
export function gatewayPorts(options: EffectsOptions): GatewayPorts {
  const { client, settings, isTerminating, gatewayClient, pods, events, partReports, waiting, metrics, clock } =
    options;
  const { controllerName, rolloutNamespaces, managedNamespaces } = settings;
  const verifier = new Verifier({ client: gatewayClient, pods, clock, metrics });
  const tell: GatewayPorts["report"] = (gateway, findings, signal) =>
    report(gateway, findings, { client, controllerName, events, partReports, now: () => clock.date(), signal });
  const tellDeletion = (
    gateway: AIGatewayConfig,
    gatewayClass: AIGatewayClass | undefined,
    deletion: Deletion,
    signal: AbortSignal,
  ) =>
    tell(
      gateway,
      { gatewayClass, effective: undefined, delivery: undefined, verification: undefined, deletion },
      signal,
    );
  const deliverOptions: DeliverOptions = {
    client,
    fieldManager: fieldManagerOf(controllerName),
    classes: options.classes,
    push: (plan, body, signal) =>
      measuredPush(plan, () => pushTo(plan.gatewayClass, plan.target, { ...options, body, signal }), options),
    mayRestart: (namespace) => rolloutNamespaces.includes(namespace),
    mayManage: (namespace) => managedNamespaces.includes(namespace),
    onDrift: (kind) => metrics.repaired(kind),
  };
  return {
    deliver: (plan, signal) => measuredDelivery(plan, () => deliver(plan, deliverOptions, signal), options),
    verify: async ({ gateway, gatewayClass, hash, rendered }, signal) => {
      const credentials = await readCredentials(endpointCredentials(gatewayClass).verify, { ...options, signal });
      return verifier.verify({
        gateway: nameOf(gateway),
        gatewayClass,
        hash,
        rendered,
        // Without them the gateway is asked all the same, and says itself what it wants.
        credentials: typeof credentials === "string" ? credentials : undefined,
        previous: confirmedBefore(gateway, hash),
        signal,
      });
    },
    takeDownFormer: async (plan, answer, signal) => {
      const outcome = await takeDownFormer(plan, answer?.verification, options, signal);
      for (const event of takenDown(outcome)) events.record(plan.gateway as AIGatewayConfig & Resource, event);
      return outcome.refusal === undefined;
    },
    report: tell,
    cleanUp: async (gateway, gatewayClass, signal) => {
      const key = keyOf(gateway as AIGatewayConfig & Resource);
      const deletion = await cleanUpGateway(gateway, gatewayClass, options, signal);
      if (!deletion) {
        waiting.delete(key);
        return DONE;
      }
      waiting.add(key);
      await tellDeletion(gateway, gatewayClass, deletion, signal);
      return retry();
    },
    letGo: async (gateway, signal) => {
      const { namespace = "" } = gateway.metadata;
      const onWait = (deletion: Deletion) => {
        waiting.add(keyOf(gateway as AIGatewayConfig & Resource));
        return tellDeletion(gateway, undefined, deletion, signal);
      };
      const isNamespaceTerminating = isTerminating(namespace);
      await letGo(gateway, { client, controllerName, isNamespaceTerminating, events, onWait, signal });
    },
    forget: (gateway) => {
      const key = `${gateway.namespace}/${gateway.name}`;
      verifier.forget(gateway);
      partReports.forget(key);
      waiting.delete(key);
    },
  };
}

function takenDown({ deleted, refusal }: TakenDown): readonly EventDetails[] {
  const action = "TakeDown";
  const note = `had under former names, and deleted: ${deleted.join(", ")}`;
  return [
    ...(deleted.length > 0 ? [{ type: "Normal", reason: "FormerDeleted", action, note } as const] : []),
    ...(refusal === undefined ? [] : [{ type: "Warning", reason: "FormerNotDeleted", action, note: refusal } as const]),
  ];
}

/** What the status says of this very configuration, if all instances ran it. */
function confirmedBefore({ status = {} }: AIGatewayConfig, hash: string): Verification | undefined {
  const { instances, verified } = status.gateway ?? {};
  if (status.configHash !== hash || instances === undefined || verified !== instances) return undefined;
  return { instances, verified, differing: 0 };
}

function nameOf({ metadata: { namespace = "", name = "" } }: AIGatewayConfig): GatewayName {
  return { namespace, name };
}
