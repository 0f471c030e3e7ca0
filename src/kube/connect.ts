import { delimiter, join } from "node:path";
import type { Clock } from "./clock.ts";
import { ClusterConfigurationError, type ClusterConnection } from "./cluster-connection.ts";
import { inClusterConnection } from "./in-cluster.ts";
import { kubeconfigConnection } from "./kubeconfig.ts";

/** What a process knows about its cluster; whoever reads the environment passes it in. */
export interface ConnectOptions {
  /** KUBECONFIG or a flag: one path, or several as in PATH. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT. */
  readonly serviceHost?: string | undefined;
  readonly servicePort?: string | undefined;
  readonly homeDirectory?: string | undefined;
  readonly clock: Clock;
}

/**
 * Finds the cluster, in the order of controller-runtime: the kubeconfig that was
 * named, else the Pod's own service account, else `~/.kube/config`.
 */
export function connect(options: ConnectOptions): Promise<ClusterConnection> {
  const { kubeconfig, context, serviceHost, servicePort, homeDirectory, clock } = options;
  if (kubeconfig) {
    const paths = kubeconfig.split(delimiter).filter((path) => path !== "");
    return kubeconfigConnection({ paths, context, clock });
  }
  if (serviceHost && servicePort && context === undefined) {
    return inClusterConnection({ host: serviceHost, port: servicePort, clock });
  }
  if (homeDirectory) {
    return kubeconfigConnection({ paths: [join(homeDirectory, ".kube", "config")], context, clock });
  }
  return Promise.reject(new ClusterConfigurationError("no cluster: neither a kubeconfig nor a service account"));
}
