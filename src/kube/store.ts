import { type Indexer, ObjectIndex } from "./object-index.ts";
import type { Resource } from "./resource.ts";

/** What readers may do with the objects of an informer. They are shared: never change one. */
export interface StoreReader<R extends Resource> {
  readonly size: number;
  get(key: string): R | undefined;
  has(key: string): boolean;
  /** A copy of the list, in the order in which the objects came. */
  list(): readonly R[];
  keys(): Iterable<string>;
  /** The objects with a value; each once. Throws for an index that nobody added. */
  byIndex(index: string, value: string): readonly R[];
  /** Every value of an index that some object has. */
  indexValues(index: string): readonly string[];
}

/**
 * Objects by key, with indices that are always exact: client-go's
 * ThreadSafeStore, except that an indexer which throws changes nothing, where
 * client-go panics half-way.
 */
export class Store<R extends Resource> implements StoreReader<R> {
  #objects = new Map<string, R>();
  #indices = new Map<string, ObjectIndex<R>>();

  constructor(indexers: Iterable<Indexer<R>> = []) {
    for (const indexer of indexers) this.addIndexer(indexer);
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): R | undefined {
    return this.#objects.get(key);
  }

  has(key: string): boolean {
    return this.#objects.has(key);
  }

  list(): readonly R[] {
    return [...this.#objects.values()];
  }

  keys(): Iterable<string> {
    return this.#objects.keys();
  }

  entries(): Iterable<readonly [key: string, object: R]> {
    return this.#objects;
  }

  byIndex(index: string, value: string): readonly R[] {
    const objects: R[] = [];
    for (const key of this.#index(index).keysOf(value)) {
      const object = this.#objects.get(key);
      if (object !== undefined) objects.push(object);
    }
    return objects;
  }

  indexValues(index: string): readonly string[] {
    return this.#index(index).values;
  }

  /** Puts an object in the place of what has its key, and answers with that. */
  set(key: string, object: R): R | undefined {
    const old = this.#objects.get(key);
    this.#move(key, old, object);
    this.#objects.set(key, object);
    return old;
  }

  /** Takes an object out, and answers with it. */
  delete(key: string): R | undefined {
    const old = this.#objects.get(key);
    if (old === undefined) return undefined;
    this.#move(key, old, undefined);
    this.#objects.delete(key);
    return old;
  }

  /** An empty store with the same indexers, to be filled at leisure and then swapped in. */
  draft(): Store<R> {
    return new Store(Array.from(this.#indices.values(), ({ indexer }) => indexer));
  }

  /** Takes over all that a draft holds, at once; indexers added since it was made are caught up with. */
  swap(draft: Store<R>): void {
    for (const [name, { indexer }] of this.#indices) if (!draft.#indices.has(name)) draft.addIndexer(indexer);
    this.#objects = draft.#objects;
    this.#indices = draft.#indices;
  }

  /** Also for objects that are there already. Throws for a name that is taken. */
  addIndexer(indexer: Indexer<R>): void {
    if (this.#indices.has(indexer.name)) throw new Error(`there is an index ${indexer.name} already`);
    const index = new ObjectIndex(indexer);
    const none = index.valuesOf(undefined);
    for (const [key, object] of this.#objects) index.move(key, none, index.valuesOf(object));
    this.#indices.set(indexer.name, index);
  }

  #index(name: string): ObjectIndex<R> {
    const index = this.#indices.get(name);
    if (!index) throw new Error(`there is no index ${name}; there are: ${[...this.#indices.keys()].join(", ")}`);
    return index;
  }

  #move(key: string, from: R | undefined, to: R | undefined): void {
    if (this.#indices.size === 0) return;
    const moves = Array.from(this.#indices.values(), (index) => ({
      index,
      from: index.valuesOf(from),
      to: index.valuesOf(to),
    }));
    for (const { index, from, to } of moves) index.move(key, from, to);
  }
}
