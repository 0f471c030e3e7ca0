import type { Change } from "./change.ts";
import { keyOf, type Resource } from "./resource.ts";
import type { Store } from "./store.ts";

/** A new truth, ready to be swapped in, and what it means for handlers. */
export interface Replacement<R extends Resource> {
  readonly draft: Store<R>;
  readonly changes: readonly Change<R>[];
}

export interface ReplacementOptions<R extends Resource> {
  /** What the store keeps of a new object. */
  readonly admit: (object: R) => R;
  readonly isInInitialList: boolean;
}

/**
 * Works out what a list changes, a step for each object, so that the caller can
 * pause in between; nothing is visible until it swaps the draft in. Deletions
 * come first, then the rest in the order of the list, as in client-go. An object
 * whose resource version is unchanged is no change, and stays the same object.
 */
export function* replacement<R extends Resource>(
  store: Store<R>,
  objects: readonly R[],
  { admit, isInInitialList }: ReplacementOptions<R>,
): Generator<void, Replacement<R>> {
  const draft = store.draft();
  for (const object of objects) {
    const key = keyOf(object);
    const old = store.get(key);
    draft.set(key, old && isSame(old, object) ? old : admit(object));
    yield;
  }
  const changes: Change<R>[] = [];
  for (const [key, object] of store.entries()) {
    if (!draft.has(key)) changes.push({ type: "deleted", key, object, finalStateUnknown: true });
    yield;
  }
  for (const [key, object] of draft.entries()) {
    const old = store.get(key);
    if (old !== object) changes.push(arrival({ key, old, object, isInInitialList }));
    yield;
  }
  return { draft, changes };
}

/** The same state of the same object. Resource versions are opaque: equal or not is all that they say. */
export function isSame(a: Resource, b: Resource): boolean {
  const version = a.metadata.resourceVersion;
  return version !== undefined && version === b.metadata.resourceVersion && a.metadata.uid === b.metadata.uid;
}

export interface Arrival<R extends Resource> {
  readonly key: string;
  readonly old: R | undefined;
  readonly object: R;
  readonly isInInitialList: boolean;
}

/** What an object means for handlers: an update when its key was known, whatever the event is called. */
export function arrival<R extends Resource>({ key, old, object, isInInitialList }: Arrival<R>): Change<R> {
  if (old === undefined) return { type: "added", key, object, isInInitialList };
  return { type: "updated", key, old, object, isRecreated: old.metadata.uid !== object.metadata.uid, isResync: false };
}
