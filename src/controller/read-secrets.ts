import type { Resource } from "#kube/resource.ts";
import type { StoreReader } from "#kube/store.ts";
import type { ReadSecret, SecretAccess } from "./effective/secret-access.ts";

/** Secrets of a namespace, and which of them somebody asked for, there or not. */
export interface RecordedAccess extends SecretAccess {
  readonly asked: ReadonlySet<string>;
}

/** Access to a store of Secrets; undefined where they may not be read. What is asked for is written down all the same. */
export function recordedAccess(namespace: string, store: StoreReader<Resource> | undefined): RecordedAccess {
  const asked = new Set<string>();
  return {
    asked,
    isGranted: store !== undefined,
    secret(name) {
      asked.add(name);
      const secret = store?.get(`${namespace}/${name}`);
      return secret && readSecret(secret);
    },
  };
}

/** As text: credentials are sent in headers, so others are of no use. */
export function readSecret(secret: StoredSecret): ReadSecret {
  const known = decoded.get(secret);
  if (known) return known;
  const data = Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
  const { resourceVersion = "", annotations = {} } = secret.metadata;
  const read = { resourceVersion, annotations, data };
  decoded.set(secret, read);
  return read;
}

type StoredSecret = Resource & { readonly data?: Readonly<Record<string, string>> };

/** Thousands of gateways may ask for the same Secret; its decoded form lasts as long as the object. */
const decoded = new WeakMap<Resource, ReadSecret>();
