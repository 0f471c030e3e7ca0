import type { Resource, ResourceMetadata } from "#kube/resource.ts";

/** What a caller gives: the server adds uid and resource version. */
export type Draft = Resource;

export type Change = "ADDED" | "MODIFIED" | "DELETED";

export interface Entry {
  readonly version: number;
  readonly type: Change;
  /** Group and plural, such as `/configmaps`. */
  readonly collection: string;
  readonly key: string;
  readonly object: Draft;
}

/**
 * Objects as etcd and the watch cache hold them: a log of every change, which
 * answers for any version that was not compacted away.
 */
export class ObjectLog {
  readonly #entries: Entry[] = [];
  readonly #current = new Map<string, Entry>();
  readonly #followers = new Set<(entry: Entry) => void>();
  readonly #write: (version: number) => string;
  #version: number;
  #compacted = 0;
  #uids = 0;

  /** @param write how a version looks to clients, to whom it is opaque. */
  constructor(firstVersion = 1000, write: (version: number) => string = String) {
    this.#version = firstVersion;
    this.#write = write;
  }

  /** The newest resource version, as clients see it. */
  get resourceVersion(): string {
    return this.#write(this.#version);
  }

  get version(): number {
    return this.#version;
  }

  /** Versions below this one are gone. */
  get compacted(): number {
    return this.#compacted;
  }

  text(version: number): string {
    return this.#write(version);
  }

  /** The version behind a resource version, undefined for what was never given out. */
  parse(resourceVersion: string): number | undefined {
    const version = Number(/\d+/.exec(resourceVersion)?.[0] ?? Number.NaN);
    return this.#write(version) === resourceVersion ? version : undefined;
  }

  get(collection: string, key: string): Draft | undefined {
    return this.#current.get(`${collection} ${key}`)?.object;
  }

  /** Creates or replaces; answers what is stored now. */
  put(collection: string, draft: Draft): Draft {
    const key = keyOf(draft.metadata);
    const known = this.get(collection, key);
    const uid = known?.metadata.uid ?? `uid-${++this.#uids}`;
    return this.#append(known ? "MODIFIED" : "ADDED", collection, { ...draft, metadata: { ...draft.metadata, uid } });
  }

  /** Deletes; the last state carries the version of the deletion, as the API server sends it. */
  remove(collection: string, key: string): Draft | undefined {
    const known = this.get(collection, key);
    return known && this.#append("DELETED", collection, known);
  }

  /** A version at which nothing in any collection changed. */
  skip(): string {
    this.#version += 1;
    return this.resourceVersion;
  }

  /** Forgets the past, as etcd's compaction; the present stays. */
  compact(): void {
    this.#compacted = this.#version;
  }

  /** The objects of a collection at a version, by key. */
  at(collection: string, version: number = this.#version): readonly Draft[] {
    const entries = version === this.#version ? this.#current.values() : this.#replay(version).values();
    const wanted = Array.from(entries).filter((entry) => entry.collection === collection);
    return wanted.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ object }) => object);
  }

  /** The changes of a collection after a version. */
  since(collection: string, version: number): readonly Entry[] {
    return this.#entries.filter((entry) => entry.version > version && entry.collection === collection);
  }

  follow(follower: (entry: Entry) => void): Disposable {
    this.#followers.add(follower);
    return { [Symbol.dispose]: () => void this.#followers.delete(follower) };
  }

  #append(type: Change, collection: string, draft: Draft): Draft {
    this.#version += 1;
    const metadata: ResourceMetadata = { ...draft.metadata, resourceVersion: this.resourceVersion };
    const entry: Entry = {
      version: this.#version,
      type,
      collection,
      key: keyOf(metadata),
      object: { ...draft, metadata },
    };
    this.#entries.push(entry);
    apply(this.#current, entry);
    for (const follower of this.#followers) follower(entry);
    return entry.object;
  }

  #replay(version: number): Map<string, Entry> {
    const state = new Map<string, Entry>();
    for (const entry of this.#entries) if (entry.version <= version) apply(state, entry);
    return state;
  }
}

function apply(state: Map<string, Entry>, entry: Entry): void {
  const key = `${entry.collection} ${entry.key}`;
  if (entry.type === "DELETED") state.delete(key);
  else state.set(key, entry);
}

function keyOf({ namespace, name }: ResourceMetadata): string {
  return namespace ? `${namespace}/${name}` : name;
}
