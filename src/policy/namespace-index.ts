import { Buckets } from "./buckets.ts";
import { referencesOf } from "./references.ts";
import type {
  NamespaceObjects,
  StoredGateway,
  StoredKind,
  StoredKinds,
  StoredObject,
  StoredRoute,
} from "./stored-objects.ts";

/** What teams have stored in one namespace, by name, by what it refers to and by the paths of routes. */
export class NamespaceIndex implements NamespaceObjects {
  readonly #kinds = new Map<StoredKind, Map<string, Entry>>();
  readonly #users = new Buckets<StoredObject>();
  readonly #routes = new Map<string, Buckets<StoredRoute>>();
  /** How often each name of a model is given. */
  readonly #modelNames = new Map<string, number>();

  /** The object must not be known yet. */
  add<K extends StoredKind>(user: StoredObject & { readonly kind: K }, object: StoredKinds[K]): void {
    const { kind, name } = user;
    const known = this.#kinds.get(kind);
    if (known) known.set(name, { user, object });
    else this.#kinds.set(kind, new Map([[name, { user, object }]]));
    for (const reference of referencesOf(kind, object)) this.#users.add(keyOf(reference.kind, reference.name), user);
    if (kind === "AIRoute") this.#addRoute(object as StoredRoute);
    if (kind === "AIGatewayConfig") this.#countModels(object as StoredGateway, 1);
  }

  /** Returns what was known. */
  delete(kind: StoredKind, name: string): Entry | undefined {
    const known = this.#kinds.get(kind);
    const entry = known?.get(name);
    if (!known || !entry) return undefined;
    known.delete(name);
    if (known.size === 0) this.#kinds.delete(kind);
    for (const reference of referencesOf(kind, entry.object)) {
      this.#users.delete(keyOf(reference.kind, reference.name), entry.user);
    }
    if (kind === "AIRoute") this.#deleteRoute(entry.object as StoredRoute);
    if (kind === "AIGatewayConfig") this.#countModels(entry.object as StoredGateway, -1);
    return entry;
  }

  get isEmpty(): boolean {
    return this.#kinds.size === 0;
  }

  get<K extends StoredKind>(kind: K, name: string): StoredKinds[K] | undefined {
    return this.#kinds.get(kind)?.get(name)?.object as StoredKinds[K] | undefined;
  }

  names(kind: StoredKind): Iterable<string> {
    return this.#kinds.get(kind)?.keys() ?? [];
  }

  hasModel(name: string): boolean {
    return this.#modelNames.has(name);
  }

  modelNames(): Iterable<string> {
    return this.#modelNames.keys();
  }

  usersOf(kind: StoredKind, name: string): Iterable<StoredObject> {
    return this.#users.get(keyOf(kind, name)) ?? [];
  }

  routesOf(gateway: string): ReadonlyMap<string, ReadonlySet<StoredRoute>> | undefined {
    return this.#routes.get(gateway)?.all;
  }

  #addRoute(route: StoredRoute): void {
    for (const { name } of route.spec.parentRefs ?? []) {
      const paths = this.#routes.get(name) ?? new Buckets<StoredRoute>();
      this.#routes.set(name, paths);
      paths.add(route.spec.path ?? "", route);
    }
  }

  #deleteRoute(route: StoredRoute): void {
    for (const { name } of route.spec.parentRefs ?? []) {
      const paths = this.#routes.get(name);
      paths?.delete(route.spec.path ?? "", route);
      if (paths?.size === 0) this.#routes.delete(name);
    }
  }

  #countModels({ spec }: StoredGateway, change: 1 | -1): void {
    for (const { name } of spec.models) {
      const count = (this.#modelNames.get(name) ?? 0) + change;
      if (count === 0) this.#modelNames.delete(name);
      else this.#modelNames.set(name, count);
    }
  }
}

interface Entry {
  readonly user: StoredObject;
  readonly object: StoredKinds[StoredKind];
}

function keyOf(kind: StoredKind, name: string): string {
  return `${kind}/${name}`;
}
