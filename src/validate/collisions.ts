/** An item that shares a key with an earlier one. */
export interface Collision<T> {
  readonly item: T;
  /** The first item that it shares a key with. */
  readonly first: T;
  /** All earlier items of its group: those that are joined to it by shared keys, directly or by way of others. */
  readonly earlier: readonly T[];
}

/**
 * Which items share keys. Groups do not depend on the items' order, and the last
 * item of each names all others; so after reordering or removing items every
 * collision still lies within a group that was there before.
 */
export function collisionsAmong<T, K>(items: readonly T[], keysOf: (item: T) => readonly K[]): Collision<T>[] {
  const holders = new Map<K, Entry<T>>();
  const entries = items.map(
    (item, position): Entry<T> => ({ item, position, first: undefined, towardsRoot: undefined }),
  );
  for (const entry of entries) {
    for (const key of keysOf(entry.item)) {
      const holder = holders.get(key);
      if (!holder) holders.set(key, entry);
      else if (holder !== entry) collide(holder, entry);
    }
  }
  return listCollisions(entries);
}

/** An item in a forest whose trees are the groups. */
interface Entry<T> {
  readonly item: T;
  readonly position: number;
  first: Entry<T> | undefined;
  towardsRoot: Entry<T> | undefined;
}

function collide<T>(holder: Entry<T>, entry: Entry<T>): void {
  if (!entry.first || holder.position < entry.first.position) entry.first = holder;
  const root = rootOf(entry);
  const other = rootOf(holder);
  if (root !== other) root.towardsRoot = other;
}

function rootOf<T>(entry: Entry<T>): Entry<T> {
  let root = entry;
  while (root.towardsRoot) {
    root.towardsRoot = root.towardsRoot.towardsRoot ?? root.towardsRoot; // halves the way for whoever asks next
    root = root.towardsRoot;
  }
  return root;
}

function listCollisions<T>(entries: readonly Entry<T>[]): Collision<T>[] {
  const collisions: Collision<T>[] = [];
  for (const group of Map.groupBy(entries, rootOf).values()) {
    const earlier: T[] = [];
    for (const { item, first } of group) {
      if (first) collisions.push({ item, first: first.item, earlier: [...earlier] });
      earlier.push(item);
    }
  }
  return collisions;
}
