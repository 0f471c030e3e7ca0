/** Where a cluster is and how we prove who we are. */
export interface ClusterConnection {
  /** Base of all paths, such as `https://10.96.0.1:443`; may have a path of its own behind a proxy. */
  readonly server: string;
  /** Ours, or the one that the kubeconfig's context names. */
  readonly namespace: string | undefined;
  /** The name in the server's certificate when it is not the host in `server`. */
  readonly serverName?: string | undefined;
  /** Trusts whoever answers. */
  readonly isUnverified?: boolean;
  /** An HTTP proxy. */
  readonly proxy?: string | undefined;
  /**
   * What to prove ourselves with now. `refresh` says that the server did not
   * believe us, or we not the server: whatever is cached is to be read again.
   */
  identity(refresh: boolean): Promise<Identity>;
}

/** Equal certificates and keys (by value) share their connections; headers may change with every request. */
export interface Identity {
  readonly headers: Readonly<Record<string, string>>;
  /** PEM; absent: the authorities that Node trusts. */
  readonly certificateAuthority?: string | undefined;
  readonly certificate?: string | undefined;
  readonly privateKey?: string | undefined;
}

/** A cluster that cannot be used, before any request: the message names file and fault. */
export class ClusterConfigurationError extends Error {
  override readonly name = "ClusterConfigurationError";
}
