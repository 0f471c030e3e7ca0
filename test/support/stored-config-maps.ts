import { randomUUID } from "node:crypto";
import { callEtcd } from "./control-plane/etcd.ts";

/** Selects them, and not the one that every namespace has. */
export const STORED = "stored=yes";

/**
 * ConfigMaps of a namespace, written into etcd past the API server: 20,000 in a
 * second or two, and also while it is away. It reads, lists and streams them
 * as if another API server had stored them.
 */
export class StoredConfigMaps {
  readonly #etcd: string;
  readonly #namespace: string;
  readonly #uids = new Map<string, string>();

  /** @param etcd its URL. */
  constructor(etcd: string, namespace: string) {
    this.#etcd = etcd;
    this.#namespace = namespace;
  }

  /** Creates those that are not there, changes those that are. */
  put(names: readonly string[], text: string): Promise<void> {
    return this.#write(names, (name) => ({ requestPut: { key: this.#key(name), value: this.#value(name, text) } }));
  }

  delete(names: readonly string[]): Promise<void> {
    return this.#write(names, (name) => {
      this.#uids.delete(name);
      return { requestDeleteRange: { key: this.#key(name) } };
    });
  }

  async #write(names: readonly string[], operation: (name: string) => object): Promise<void> {
    for (let start = 0; start < names.length; start += MOST_OPERATIONS) {
      const success = names.slice(start, start + MOST_OPERATIONS).map(operation);
      await callEtcd(this.#etcd, "kv/txn", { success });
    }
  }

  #key(name: string): string {
    return base64(`/registry/configmaps/${this.#namespace}/${name}`);
  }

  /** In JSON, which the API server can read too; it writes protocol buffers. */
  #value(name: string, text: string): string {
    const uid = this.#uids.get(name) ?? randomUUID();
    this.#uids.set(name, uid);
    const metadata = {
      name,
      namespace: this.#namespace,
      uid,
      creationTimestamp: "2026-01-01T00:00:00Z",
      labels: { stored: "yes" },
    };
    return base64(JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { text } }));
  }
}

/** In one of etcd's transactions. */
const MOST_OPERATIONS = 128;

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
