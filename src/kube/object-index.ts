import type { Resource } from "./resource.ts";

/** A way to find objects by something in them. */
export interface Indexer<R extends Resource> {
  readonly name: string;
  /** None, one or several values; doubles count once. Pure: asked again for an old object when it changes. */
  readonly valuesOf: (object: R) => Iterable<string>;
}

/** Which keys have which values, by one indexer. */
export class ObjectIndex<R extends Resource> {
  readonly indexer: Indexer<R>;
  readonly #keys = new Map<string, Set<string>>();

  constructor(indexer: Indexer<R>) {
    this.indexer = indexer;
  }

  /** Every value that some object has. */
  get values(): readonly string[] {
    return [...this.#keys.keys()];
  }

  keysOf(value: string): Iterable<string> {
    return this.#keys.get(value) ?? [];
  }

  /** What an object is to be found under; apart from `move`, so that an indexer that throws changes nothing. */
  valuesOf(object: R | undefined): ReadonlySet<string> {
    return object === undefined ? NONE : new Set(this.indexer.valuesOf(object));
  }

  /** Takes a key from its old values to its new ones. A value without keys is forgotten. */
  move(key: string, from: ReadonlySet<string>, to: ReadonlySet<string>): void {
    for (const value of from) if (!to.has(value)) this.#remove(key, value);
    for (const value of to) if (!from.has(value)) this.#add(key, value);
  }

  #add(key: string, value: string): void {
    const keys = this.#keys.get(value);
    if (keys) keys.add(key);
    else this.#keys.set(value, new Set([key]));
  }

  #remove(key: string, value: string): void {
    const keys = this.#keys.get(value);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(value);
  }
}

const NONE: ReadonlySet<string> = new Set();
