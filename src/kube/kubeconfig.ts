import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Cluster, KubeConfig, User } from "@kubernetes/client-node";
import { parse } from "yaml";
import type { Clock } from "./clock.ts";
import { ClusterConfigurationError, type ClusterConnection } from "./cluster-connection.ts";
import { identityOfUser, type KubeconfigUser } from "./kubeconfig-identity.ts";

export interface KubeconfigOptions {
  /** In order of precedence, as KUBECONFIG lists them; those that do not exist are left out, as kubectl does. */
  readonly paths: readonly string[];
  /** Instead of `current-context`. */
  readonly context?: string | undefined;
  readonly clock: Clock;
}

/**
 * The connection that kubeconfig files describe. client-node reads them, and is
 * loaded only here, since that takes half a second and 60 MB. Merged as kubectl
 * does, the first file that says something wins; client-node refuses names that
 * two files share.
 */
export async function kubeconfigConnection({ paths, context, clock }: KubeconfigOptions): Promise<ClusterConnection> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const files: KubeconfigFile[] = [];
  for (const path of paths) {
    const text = await readIfExists(path);
    if (text !== undefined) files.push(understand(new KubeConfig(), path, text));
  }
  if (files.length === 0) throw new ClusterConfigurationError(`no kubeconfig at ${paths.join(", ")}`);
  const names = chosenNames(files, context);
  const cluster = first(files, ({ config }) => config.getCluster(names.cluster));
  if (!cluster?.server) throw new ClusterConfigurationError(`the kubeconfig has no cluster "${names.cluster}"`);
  const user = first(files, (file) => userOf(file, names.user));
  if (names.user && !user) throw new ClusterConfigurationError(`the kubeconfig has no user "${names.user}"`);
  return {
    server: cluster.server.replace(/\/+$/, ""),
    namespace: names.namespace,
    serverName: cluster.tlsServerName,
    isUnverified: cluster.skipTLSVerify,
    proxy: httpProxy(cluster),
    identity: identityOfUser(KubeConfig, { cluster, user, clock }),
  };
}

interface KubeconfigFile {
  readonly config: KubeConfig;
  /** By user; client-node 2.0.1 looks for `token-file`, which is not how the field is called. */
  readonly tokenFiles: ReadonlyMap<string, string>;
}

async function readIfExists(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new ClusterConfigurationError(`cannot read ${path}`, { cause: error });
  }
}

function understand(config: KubeConfig, path: string, text: string): KubeconfigFile {
  const directory = resolve(dirname(path));
  try {
    config.loadFromString(text);
    config.makePathsAbsolute(directory);
    const { users } = parse(text) as { users?: readonly { name: string; user?: { tokenFile?: string } }[] };
    const tokenFiles = new Map<string, string>();
    for (const { name, user } of users ?? []) {
      if (user?.tokenFile !== undefined) tokenFiles.set(name, resolve(directory, user.tokenFile));
    }
    return { config, tokenFiles };
  } catch (error) {
    throw new ClusterConfigurationError(`${path} is not a kubeconfig`, { cause: error });
  }
}

interface ChosenNames {
  readonly cluster: string;
  readonly user: string | undefined;
  readonly namespace: string | undefined;
}

function chosenNames(files: readonly KubeconfigFile[], wanted: string | undefined): ChosenNames {
  const name = wanted ?? first(files, ({ config }) => config.getCurrentContext() || undefined);
  if (name === undefined) throw new ClusterConfigurationError("the kubeconfig has no current context");
  const context = first(files, ({ config }) => config.getContextObject(name));
  if (!context) throw new ClusterConfigurationError(`the kubeconfig has no context "${name}"`);
  return { cluster: context.cluster, user: context.user || undefined, namespace: context.namespace || undefined };
}

function userOf({ config, tokenFiles }: KubeconfigFile, name: string | undefined): KubeconfigUser | undefined {
  const user: User | null = name === undefined ? null : config.getUser(name);
  return user ? { ...user, tokenFile: tokenFiles.get(user.name) } : undefined;
}

function httpProxy({ proxyUrl, name }: Cluster): string | undefined {
  if (proxyUrl?.startsWith("socks")) {
    throw new ClusterConfigurationError(`cluster "${name}" wants a SOCKS proxy; only HTTP proxies are supported`);
  }
  return proxyUrl;
}

function first<T, V>(all: readonly T[], value: (one: T) => V | null | undefined): V | undefined {
  for (const one of all) {
    const found = value(one);
    if (found !== undefined && found !== null) return found;
  }
  return undefined;
}
