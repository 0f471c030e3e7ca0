import { homedir } from "node:os";
import type { Config } from "#config";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { ClusterClient } from "#kube/cluster-client.ts";
import type { ClusterConnection } from "#kube/cluster-connection.ts";
import { connect } from "#kube/connect.ts";
import { programVersion } from "./version.ts";

/** The cluster that a user means: of `--kubeconfig`, else of the environment. */
export function clusterMeant(kubeconfig: string | undefined, config: Config): Promise<ClusterConnection> {
  return connect({
    kubeconfig: kubeconfig ?? config.kubeconfig ?? "",
    serviceHost: config.serviceHost,
    servicePort: config.servicePort,
    homeDirectory: homeOfUser(),
    clock: SYSTEM_CLOCK,
  });
}

/** The user of a container is often only a number, who has no home; Node throws there. */
function homeOfUser(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

/** A client that says in the API server's audit log which command it is. */
export async function clientOf(connection: ClusterConnection, command: string): Promise<ClusterClient> {
  return new ClusterClient({
    connection,
    clock: SYSTEM_CLOCK,
    userAgent: `gatehouse/${await programVersion()} ${command}`,
  });
}
