import { readFile } from "node:fs/promises";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import type { Clock } from "./clock.ts";
import { ClusterConfigurationError, type ClusterConnection } from "./cluster-connection.ts";
import { FreshFile } from "./fresh-file.ts";

export interface InClusterOptions {
  /** KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT, which every Pod has. */
  readonly host: string;
  readonly port: string;
  /** Where the kubelet mounts the service account. */
  readonly directory?: string;
  readonly clock: Clock;
}

/**
 * The connection of a Pod, as client-go's InClusterConfig. Not through
 * client-node, which reads these files synchronously and costs half a second of
 * start-up; a Pod needs nothing else of it.
 */
export async function inClusterConnection(options: InClusterOptions): Promise<ClusterConnection> {
  const { host, port, directory = SERVICE_ACCOUNT_DIRECTORY, clock } = options;
  const token = new FreshFile(join(directory, "token"), clock);
  const authority = new FreshFile(join(directory, "ca.crt"), clock);
  try {
    await Promise.all([token.read(false), authority.read(false)]);
  } catch (error) {
    throw new ClusterConfigurationError(`no service account in ${directory}`, { cause: error });
  }
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    namespace: await readFile(join(directory, "namespace"), "utf8").catch(() => undefined),
    async identity(refresh) {
      const [bearer, certificateAuthority] = await Promise.all([token.read(refresh), authority.read(refresh)]);
      return { headers: { authorization: `Bearer ${bearer.trim()}` }, certificateAuthority };
    },
  };
}

const SERVICE_ACCOUNT_DIRECTORY = "/var/run/secrets/kubernetes.io/serviceaccount";
