import type { RequestOptions } from "node:https";
import type { Cluster, KubeConfig, User } from "@kubernetes/client-node";
import type { Clock } from "./clock.ts";
import type { ClusterConnection, Identity } from "./cluster-connection.ts";
import { FreshFile } from "./fresh-file.ts";

export type KubeconfigUser = User & { readonly tokenFile?: string | undefined };

export interface IdentityOptions {
  readonly cluster: Cluster;
  readonly user: KubeconfigUser | undefined;
  readonly clock: Clock;
}

/**
 * Who a kubeconfig's user is. Certificates, keys and tokens are ours, so that
 * files are read asynchronously and again; plugins (exec, OIDC) are client-node's.
 */
export function identityOfUser(
  KubeConfigClass: new () => KubeConfig,
  { cluster, user, clock }: IdentityOptions,
): ClusterConnection["identity"] {
  const certificateAuthority = source(cluster.caFile, cluster.caData, clock);
  const certificate = source(user?.certFile, user?.certData, clock);
  const privateKey = source(user?.keyFile, user?.keyData, clock);
  const token = user?.tokenFile === undefined ? undefined : new FreshFile(user.tokenFile, clock);
  const plugin = user && hasPlugin(user) ? pluginOf(KubeConfigClass, cluster, user) : undefined;
  return async (refresh) => {
    const fromPlugin = await plugin?.(refresh);
    const bearer = (await token?.read(refresh))?.trim() ?? user?.token;
    return {
      headers: { ...fromPlugin?.headers, ...(user && headersOf(user, bearer)) },
      certificateAuthority: await certificateAuthority(refresh),
      certificate: fromPlugin?.certificate ?? (await certificate(refresh)),
      privateKey: fromPlugin?.privateKey ?? (await privateKey(refresh)),
    };
  };
}

type Source = (refresh: boolean) => Promise<string | undefined>;

/** Data wins over a file, as in client-go. */
function source(path: string | undefined, base64: string | undefined, clock: Clock): Source {
  if (base64) {
    const content = Buffer.from(base64, "base64").toString("utf8");
    return () => Promise.resolve(content);
  }
  if (!path) return () => Promise.resolve(undefined);
  const file = new FreshFile(path, clock);
  return (refresh) => file.read(refresh);
}

function headersOf({ username, password, impersonateUser }: User, bearer: string | undefined): Record<string, string> {
  const basic = username ? `Basic ${Buffer.from(`${username}:${password ?? ""}`).toString("base64")}` : undefined;
  const authorization = bearer ? `Bearer ${bearer}` : basic;
  return {
    ...(authorization !== undefined && { authorization }),
    ...(impersonateUser && { "impersonate-user": impersonateUser }),
  };
}

function hasPlugin(user: User): boolean {
  return Boolean(user.exec) || Boolean(user.authProvider);
}

type Plugin = (refresh: boolean) => Promise<Identity>;

/** client-node keeps a plugin's credentials until they expire, so a refresh starts with a new KubeConfig. */
function pluginOf(KubeConfigClass: new () => KubeConfig, cluster: Cluster, user: User): Plugin {
  let config: KubeConfig | undefined;
  return async (refresh) => {
    if (refresh || !config) {
      config = new KubeConfigClass();
      config.loadFromClusterAndUser(
        { name: cluster.name, server: cluster.server, skipTLSVerify: cluster.skipTLSVerify },
        { name: user.name, authProvider: user.authProvider as unknown, exec: withClusterInformation(user, cluster) },
      );
    }
    const options: RequestOptions = { headers: {} };
    await config.applyToHTTPSOptions(options);
    const { Authorization: authorization } = options.headers as Record<string, string | undefined>;
    return {
      headers: authorization === undefined ? {} : { authorization },
      certificate: pem(options.cert),
      privateKey: pem(options.key),
    };
  };
}

interface ExecConfiguration {
  readonly apiVersion?: string;
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly provideClusterInfo?: boolean;
}

/** The variable that client-go gives to every plugin and client-node 2.0.1 to none. */
function withClusterInformation({ exec }: User, { server, caData, tlsServerName, skipTLSVerify }: Cluster): unknown {
  if (!exec) return undefined;
  const configuration = exec as ExecConfiguration;
  const cluster = {
    server,
    "tls-server-name": tlsServerName,
    "insecure-skip-tls-verify": skipTLSVerify,
    "certificate-authority-data": caData,
  };
  const information = {
    apiVersion: configuration.apiVersion ?? "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    spec: { interactive: false, ...(configuration.provideClusterInfo === true && { cluster }) },
  };
  const variable = { name: "KUBERNETES_EXEC_INFO", value: JSON.stringify(information) };
  return { ...configuration, env: [...(configuration.env ?? []), variable] };
}

function pem(value: RequestOptions["cert"] | RequestOptions["key"]): string | undefined {
  return typeof value === "string" ? value : undefined;
}
