import { CLEANUP_FINALIZER, fieldManagerOf, SKIP_CLEANUP_ANNOTATION } from "#api/controller-names.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { Client } from "#kube/client.ts";
import type { EventRecorder } from "#kube/events.ts";
import { removeFinalizer } from "#kube/finalizers.ts";
import type { Resource } from "#kube/resource.ts";
import { CLEANED } from "./delivery/clean-up.ts";
import type { Deletion } from "./gateway-ports.ts";
import { GATEWAYS } from "./gateways.ts";
import { type PartingCircumstances, partingFrom } from "./parting.ts";
import { withdrawStatus } from "./status/withdraw-status.ts";

export interface LetGoOptions extends PartingCircumstances {
  /** Writes only while we lead. */
  readonly client: Client;
  readonly events: Pick<EventRecorder, "record">;
  /** Says of a gateway that is being deleted what it waits for. */
  readonly onWait: (deletion: Deletion) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Gives up an AIGatewayConfig whose class is another controller's now: first the
 * finalizer, which the other sets again if it needs it, then the status that is
 * ours, which is what brings us here until all is done. What was delivered stays
 * where it is, so that the gateway notices nothing.
 */
export async function letGo(gateway: AIGatewayConfig, options: LetGoOptions): Promise<void> {
  const { client, controllerName, events, signal } = options;
  const parting = partingFrom(gateway, options);
  if (parting === "leave") return;
  if (parting === "wait") {
    await options.onWait(HANDED_OVER);
    return;
  }
  const object = gateway as AIGatewayConfig & Resource;
  // A conflict may mean that the other has it in hand by now, so that all of this is to be asked again.
  const target = { client, type: GATEWAYS, object: object as Resource, retry: "never" } as const;
  const { object: present, isChanged } = await removeFinalizer(target, CLEANUP_FINALIZER);
  if (isChanged && parting === "give up") events.record(object, CLEANED.Skipped);
  if (!present || gateway.status?.controllerName !== controllerName) return;
  await withdrawStatus({ client, type: GATEWAYS, present, fieldManager: fieldManagerOf(controllerName), signal });
}

const HANDED_OVER: Deletion = {
  reason: "HandedOver",
  message: `its class is another controller's, which must empty the gateway and take the finalizer ${CLEANUP_FINALIZER} off; the annotation ${SKIP_CLEANUP_ANNOTATION}: "true" lets it go all the same`,
};
