import { CLEANUP_FINALIZER } from "#api/controller-names.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { GATEWAYS } from "#controller/gateways.ts";
import type { Client } from "#kube/client.ts";
import { hasFinalizer, removeFinalizer } from "#kube/finalizers.ts";
import { isNotFound, KubernetesError } from "#kube/kubernetes-error.ts";
import { keyOf, type Resource } from "#kube/resource.ts";
import { listAll } from "../audit/list-all.ts";
import type { Attempt } from "../until-done.ts";
import { faultText } from "../watch/fault-text.ts";
import type { Installation } from "./installation.ts";

/** Removes our finalizer wherever it is, so that what is deleted from now on waits for nobody. */
export async function releaseGateways(
  client: Pick<Client, "list" | "get" | "patch">,
  { controllerName }: Installation,
  signal: AbortSignal,
): Promise<Attempt<string>> {
  const held = (await gateways(client, signal)).filter((gateway) => isHeld(gateway, controllerName));
  const faults: string[] = [];
  const waiting = held.values();
  const work = async () => {
    for (const object of waiting) {
      try {
        await removeFinalizer<Resource>({ client, type: GATEWAYS, object, retry: { signal } }, CLEANUP_FINALIZER);
      } catch (error) {
        if (!(error instanceof KubernetesError)) throw error;
        faults.push(`${keyOf(object)}: ${faultText(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  if (faults.length === 0) return { done: `finalizers are removed from ${count(held.length)}` };
  return { notYet: `${count(faults.length)} of ${held.length} keep the finalizer, ${faults[0]}` };
}

/** As many as the API server serves without being asked to wait, beside everybody else. */
const CONCURRENCY = 8;

type Gateway = AIGatewayConfig & Resource;

async function gateways(client: Pick<Client, "list">, signal: AbortSignal): Promise<readonly Gateway[]> {
  try {
    return await listAll<Gateway>(client, GATEWAYS, {}, { signal, onPage: () => undefined });
  } catch (error) {
    if (isNotFound(error)) return []; // the CRD went first, and all objects with it
    throw error;
  }
}

/** A gateway whose status is another controller's is that one's to clean up. */
function isHeld(gateway: Gateway, controllerName: string): boolean {
  const { controllerName: owner = controllerName } = gateway.status ?? {};
  return hasFinalizer(gateway, CLEANUP_FINALIZER) && owner === controllerName;
}

function count(gateways: number): string {
  return `${gateways} ${gateways === 1 ? "AIGatewayConfig" : "AIGatewayConfigs"}`;
}
