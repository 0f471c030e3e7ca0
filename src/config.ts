/** What the environment says. Options of the command line come first. */
export interface Config {
  /** `GATEHOUSE_LOG_LEVEL`. */
  readonly logLevel: string | undefined;
  /** `KUBECONFIG`: one path, or several as in PATH. */
  readonly kubeconfig: string | undefined;
  /** `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`, which every Pod has. */
  readonly serviceHost: string | undefined;
  readonly servicePort: string | undefined;
  /** `POD_NAMESPACE` and `POD_NAME`, which the chart sets. */
  readonly podNamespace?: string | undefined;
  readonly podName?: string | undefined;
}

/** Reads the environment: the one place that does. */
export function readConfig(): Config {
  const { env } = process;
  return Object.freeze({
    logLevel: env["GATEHOUSE_LOG_LEVEL"],
    kubeconfig: env["KUBECONFIG"],
    serviceHost: env["KUBERNETES_SERVICE_HOST"],
    servicePort: env["KUBERNETES_SERVICE_PORT"],
    podNamespace: env["POD_NAMESPACE"],
    podName: env["POD_NAME"],
  });
}
