/** Values by key, several to a key. A key without values takes no room. */
export class Buckets<V> {
  readonly #buckets = new Map<string, Set<V>>();

  get(key: string): ReadonlySet<V> | undefined {
    return this.#buckets.get(key);
  }

  add(key: string, value: V): void {
    const bucket = this.#buckets.get(key);
    if (bucket) bucket.add(value);
    else this.#buckets.set(key, new Set([value]));
  }

  delete(key: string, value: V): void {
    const bucket = this.#buckets.get(key);
    if (bucket?.delete(value) && bucket.size === 0) this.#buckets.delete(key);
  }

  keys(): Iterable<string> {
    return this.#buckets.keys();
  }

  get all(): ReadonlyMap<string, ReadonlySet<V>> {
    return this.#buckets;
  }

  /** How many keys have values. */
  get size(): number {
    return this.#buckets.size;
  }
}
