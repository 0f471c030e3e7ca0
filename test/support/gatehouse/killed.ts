import type { ControlPlaneClient } from "../control-plane/client.ts";
import { poll } from "../control-plane/poll.ts";
import { isReady, type Pod } from "../process-node/pod.ts";
import type { GatehousePod } from "./deployment.ts";

export interface PodEnd {
  /** When the API server was seen to know of it; as of `performance.now()`. */
  readonly unreadyAt: number;
}

/** Kills a Pod's process, and returns once the API server knows. */
export async function killed(
  { request }: ControlPlaneClient,
  namespace: string,
  { name, processId }: GatehousePod,
): Promise<PodEnd> {
  const read = async () => (await request("GET", `/api/v1/namespaces/${namespace}/pods/${name}`)).body as Pod;
  const before = restarts(await read());
  process.kill(processId, "SIGKILL");
  await poll("the Pod is known to have ended", async () => {
    const pod = await read();
    return !isReady(pod) || restarts(pod) > before; // it may be back already
  });
  return { unreadyAt: performance.now() };
}

function restarts({ status }: Pod): number {
  return status?.containerStatuses?.[0]?.restartCount ?? 0;
}
