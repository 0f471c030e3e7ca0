import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { ClusterClient } from "#kube/cluster-client.ts";
import { kubeconfigConnection } from "#kube/kubeconfig.ts";
import type { ControlPlaneClient } from "../control-plane/client.ts";

/** The process node's own client of a control plane, as its administrator. */
export async function nodeClient({ kubeconfig }: ControlPlaneClient): Promise<ClusterClient> {
  const connection = await kubeconfigConnection({ paths: [kubeconfig], clock: SYSTEM_CLOCK });
  return new ClusterClient({ connection, clock: SYSTEM_CLOCK, userAgent: "gatehouse-process-node" });
}
