import type { Model } from "#api/kinds/model.ts";
import { KnownProvider } from "./known-provider.ts";
import type { ModelData } from "./model-data.ts";
import { type HostFilter, hostFilter, plainHost } from "./plain-host.ts";

/** Model data, indexed for rules and mutation: each question is a look-up. */
export class ModelIndex {
  readonly source: string;
  /** The day on which the data was true. */
  readonly date: string;
  readonly #byHost = new Map<string, KnownProvider>();
  readonly #hosts: HostFilter;
  readonly #byName = new Map<string, KnownProvider>();
  readonly #owners = new Map<string, KnownProvider>();

  constructor({ source, date, providers }: ModelData) {
    this.source = source;
    this.date = date;
    for (const provider of providers) {
      const known = new KnownProvider(provider);
      for (const host of provider.hosts ?? []) this.#byHost.set(host, known);
      for (const name of [provider.id, ...(provider.aliases ?? [])]) this.#byName.set(name, known);
      if (known.isComplete) for (const id of known.ids()) this.#owners.set(id, known);
    }
    this.#hosts = hostFilter(this.#byHost.keys());
  }

  /**
   * Who serves a model: whoever the host belongs to, or, where no endpoint is given,
   * whom the model names. Undefined where that is not certain: a host that is not
   * listed may be a proxy with names of its own.
   */
  providerOf({ endpoint, provider }: Pick<Model, "endpoint" | "provider">): KnownProvider | undefined {
    if (endpoint !== undefined) {
      const host = plainHost(endpoint, this.#hosts);
      return host === undefined ? undefined : this.#byHost.get(host);
    }
    return provider === undefined ? undefined : this.#byName.get(provider);
  }

  /** The provider whose own model an id is, among those that serve nothing but their own. */
  ownerOf(id: string): KnownProvider | undefined {
    return this.#owners.get(id);
  }
}
