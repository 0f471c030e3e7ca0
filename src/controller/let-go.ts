import { CLEANUP_FINALIZER, fieldManagerOf } from "#api/controller-names.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { applyStatus } from "#kube/apply.ts";
import type { Client } from "#kube/client.ts";
import { removeFinalizer } from "#kube/finalizers.ts";
import type { Resource } from "#kube/resource.ts";
import { GATEWAYS } from "./gateways.ts";

/**
 * Gives up an AIGatewayConfig whose class is another controller's now: first the
 * finalizer, which the other sets again if it needs it, then the status that is
 * ours, which is what brings us here until all is done. What was delivered stays
 * where it is, so that the gateway notices nothing.
 */
export async function letGo(gateway: AIGatewayConfig, { client, controllerName, signal }: LetGoOptions): Promise<void> {
  if (gateway.status?.controllerName !== controllerName) return;
  const present = gateway as AIGatewayConfig & Resource;
  const target = { client, type: GATEWAYS, object: present as Resource, retry: { signal } };
  // While it is being deleted, the finalizer is the other's to keep until it has cleaned up.
  const isStaying = present.metadata.deletionTimestamp === undefined;
  const { object } = isStaying ? await removeFinalizer(target, CLEANUP_FINALIZER) : target;
  if (!object) return;
  const { apiVersion, kind, metadata } = present;
  const wanted = { apiVersion, kind, metadata } as Resource;
  const fieldManager = fieldManagerOf(controllerName);
  await applyStatus({ client, type: GATEWAYS, wanted, present: object, fieldManager, signal });
}

interface LetGoOptions {
  readonly client: Client;
  readonly controllerName: string;
  readonly signal: AbortSignal;
}
