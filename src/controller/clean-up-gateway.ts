import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { Client } from "#kube/client.ts";
import type { Clock } from "#kube/clock.ts";
import type { EventRecorder } from "#kube/events.ts";
import { keyOf, type Resource } from "#kube/resource.ts";
import type { DeliveryMetrics } from "#observability/delivery-metrics.ts";
import { type PushToOptions, pushTo } from "./admin/push-to.ts";
import { CLEANED, cleanUp } from "./delivery/clean-up.ts";
import { deliveryTarget } from "./delivery/delivery-target.ts";
import type { Deletion } from "./gateway-ports.ts";
import { measuredCleanUp } from "./measured-delivery.ts";
import { renderNothing } from "./render-gateway.ts";

export interface CleanUpGatewayOptions extends Omit<PushToOptions, "body" | "signal"> {
  /** Writes only while we lead. */
  readonly client: Client;
  /** Who has the gateway of an AIGatewayConfig, `namespace/name`, if that is another. */
  readonly takenBy: (key: string) => string | undefined;
  readonly isTerminating: (namespace: string) => boolean;
  readonly events: Pick<EventRecorder, "record">;
  readonly metrics: DeliveryMetrics;
  readonly clock: Clock;
}

/** Takes down what a gateway that is being deleted has. Answers why it still keeps its AIGatewayConfig, if so. */
export async function cleanUpGateway(
  gateway: AIGatewayConfig,
  gatewayClass: AIGatewayClass | undefined,
  options: CleanUpGatewayOptions,
  signal: AbortSignal,
): Promise<Deletion | undefined> {
  const { client, takenBy, isTerminating, events } = options;
  const { namespace = "", name = "" } = gateway.metadata;
  const object = gateway as AIGatewayConfig & Resource;
  const empty = () => {
    // What an older one has is not to be emptied.
    if (!gatewayClass || takenBy(keyOf(object)) !== undefined) return undefined;
    const target = deliveryTarget(gatewayClass, { namespace, name });
    const { pushed: body } = renderNothing(gatewayClass, { namespace, name });
    if (target.adminUrl === undefined || body === undefined) return undefined;
    return measuredCleanUp(gatewayClass, () => pushTo(gatewayClass, target, { ...options, body, signal }), options);
  };
  const outcome = await cleanUp(gateway, { client, empty, isNamespaceTerminating: isTerminating(namespace) }, signal);
  if (outcome.type === "failed") return outcome;
  if (outcome.how) events.record(object, CLEANED[outcome.how]);
  return undefined;
}
