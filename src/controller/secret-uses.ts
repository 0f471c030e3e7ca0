import { Buckets } from "#policy/buckets.ts";

/** A Secret of a namespace. */
export interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Which gateways looked for which Secrets when they were last judged, there or not:
 * so it holds whatever way a Secret came into a configuration.
 */
export class SecretUses {
  readonly #users = new Buckets<string>();
  readonly #usersByName = new Buckets<string>();
  readonly #namesOf = new Map<string, ReadonlySet<string>>();

  /** Those of a gateway, `namespace/name`, from now on. Secrets are of its own namespace. */
  set(gateway: string, names: ReadonlySet<string>): void {
    const namespace = gateway.slice(0, gateway.indexOf("/"));
    for (const name of this.#namesOf.get(gateway) ?? []) {
      this.#users.delete(`${namespace}/${name}`, gateway);
      this.#usersByName.delete(name, gateway);
    }
    for (const name of names) {
      this.#users.add(`${namespace}/${name}`, gateway);
      this.#usersByName.add(name, gateway);
    }
    if (names.size === 0) this.#namesOf.delete(gateway);
    else this.#namesOf.set(gateway, names);
  }

  usersOf({ namespace, name }: SecretName): Iterable<string> {
    return this.#users.get(`${namespace}/${name}`) ?? [];
  }

  /** Of all Secrets with that name, in whatever namespace. */
  usersOfName(name: string): Iterable<string> {
    return this.#usersByName.get(name) ?? [];
  }
}
