import type { Resource } from "#kube/resource.ts";
import type { StoreReader } from "#kube/store.ts";
import type { ObjectReference } from "./pod.ts";

export interface ConfigMap extends Resource {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

export interface Secret extends Resource {
  readonly data?: Readonly<Record<string, string>>;
}

export const CONFIG_MAPS = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true };
export const SECRETS = { group: "", version: "v1", kind: "Secret", plural: "secrets", namespaced: true };

/** What the entries of an object hold, by their keys. */
export type Entries = ReadonlyMap<string, Buffer>;

/** The ConfigMaps and Secrets that there are now. */
export class ConfigSources {
  readonly #configMaps: StoreReader<ConfigMap>;
  readonly #secrets: StoreReader<Secret>;

  constructor(configMaps: StoreReader<ConfigMap>, secrets: StoreReader<Secret>) {
    this.#configMaps = configMaps;
    this.#secrets = secrets;
  }

  /** Undefined where there is no such ConfigMap. */
  configMap(namespace: string, { name }: ObjectReference): Entries | undefined {
    const object = this.#configMaps.get(`${namespace}/${name}`);
    return object && new Map([...decoded(object.data, "utf8"), ...decoded(object.binaryData, "base64")]);
  }

  /** Undefined where there is no such Secret. */
  secret(namespace: string, { name }: ObjectReference): Entries | undefined {
    const object = this.#secrets.get(`${namespace}/${name}`);
    return object && new Map(decoded(object.data, "base64"));
  }
}

function decoded(
  data: Readonly<Record<string, string>> = {},
  encoding: BufferEncoding,
): readonly (readonly [string, Buffer])[] {
  return Object.entries(data).map(([key, value]) => [key, Buffer.from(value, encoding)]);
}
