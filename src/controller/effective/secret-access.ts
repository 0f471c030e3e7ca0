/** The Secrets of a gateway's namespace, as far as they may be read. */
export interface SecretAccess {
  /** Whether Secrets of the gateway's namespace may be read at all. */
  readonly isGranted: boolean;
  /** Undefined for one that is not there. Which ones are asked for is which ones the gateway depends on. */
  secret(name: string): ReadSecret | undefined;
}

export interface ReadSecret {
  readonly resourceVersion: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Decoded, by key. */
  readonly data: Readonly<Record<string, string>>;
}
