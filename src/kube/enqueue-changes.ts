import type { Change, ChangeHandler } from "./change.ts";
import type { Predicate } from "./predicates.ts";
import type { Resource } from "./resource.ts";
import type { WorkQueue } from "./work-queue.ts";

export interface EnqueueOptions<R extends Resource> {
  /** The keys that an object concerns, such as its owner's; its own when left out. */
  readonly keysOf?: (object: R) => Iterable<string>;
  /** Changes for which it is false are left out. */
  readonly predicate?: Predicate<R>;
}

/** controller-runtime's: what is only seen again waits behind what has changed. */
export const LOW_PRIORITY = -100;

/** A handler that puts the keys of each change into a queue; of an update, those of the old state and of the new. */
export function enqueueChanges<R extends Resource>(
  queue: Pick<WorkQueue, "add">,
  { keysOf, predicate }: EnqueueOptions<R> = {},
): ChangeHandler<R> {
  return (change) => {
    if (predicate && !predicate(change)) return;
    const priority = isOldNews(change) ? LOW_PRIORITY : 0;
    const keys = keysOf ? concerned(change, keysOf) : [change.key];
    for (const key of keys) queue.add(key, { priority });
  };
}

function isOldNews<R extends Resource>(change: Change<R>): boolean {
  if (change.type === "added") return change.isInInitialList;
  return change.type === "updated" && change.isResync;
}

function concerned<R extends Resource>(change: Change<R>, keysOf: (object: R) => Iterable<string>): Iterable<string> {
  const keys = new Set(keysOf(change.object));
  if (change.type === "updated") for (const key of keysOf(change.old)) keys.add(key);
  return keys;
}
