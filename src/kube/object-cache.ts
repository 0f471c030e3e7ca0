import type { Change } from "./change.ts";
import type { Clock } from "./clock.ts";
import { Fifo } from "./fifo.ts";
import type { Batch } from "./handler-queue.ts";
import { arrival, isSame, replacement } from "./replacement.ts";
import { keyOf, type ReflectorSink, type Resource } from "./resource.ts";
import type { Store } from "./store.ts";
import { TimeSlice } from "./time-slice.ts";

export interface ObjectCacheOptions<R extends Resource> {
  readonly clock: Clock;
  /** What the store keeps of a new object. */
  readonly admit: (object: R) => R;
  /** Told of changes after the store and its indices have changed. */
  readonly onChanges: (changes: Batch<R>) => void;
  /** An object could not be admitted. Nothing more is taken in until `open`. */
  readonly onFault: (fault: unknown) => void;
}

/**
 * The side of an informer that a reflector writes to. What comes is taken in
 * in its order: at once, or, while a long list is worked through in slices,
 * when its turn has come.
 */
export class ObjectCache<R extends Resource> implements ReflectorSink<R> {
  readonly store: Store<R>;
  readonly #options: ObjectCacheOptions<R>;
  readonly #inbox = new Fifo<() => Iterable<void>>();
  #epoch = 0; // changes when all that came so far is dropped
  #isOpen = false;
  #isWorking = false;
  #hasSynced = false;
  #resourceVersion: string | undefined;
  #heardAt: number | undefined;

  constructor(store: Store<R>, options: ObjectCacheOptions<R>) {
    this.store = store;
    this.#options = options;
  }

  /** The first list was taken in, whole. */
  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  get objects(): readonly R[] {
    return this.store.list();
  }

  /** The last one that was taken in; bookmarks count. */
  get resourceVersion(): string | undefined {
    return this.#resourceVersion;
  }

  /** When something was last taken in, by the clock's `now`. */
  get heardAt(): number | undefined {
    return this.#heardAt;
  }

  open(): void {
    this.#isOpen = true;
  }

  /** Drops what has not been taken in yet, and takes in nothing until `open`. */
  discard(): void {
    this.#isOpen = false;
    this.#epoch += 1;
    this.#inbox.clear();
  }

  replace(objects: readonly R[], resourceVersion: string): void {
    this.#accept(() => this.#replace(objects, resourceVersion));
  }

  handle(type: "ADDED" | "MODIFIED" | "DELETED", object: R): void {
    this.#accept(() => {
      if (type === "DELETED") this.#delete(object);
      else this.#set(object);
      this.#heard(object.metadata.resourceVersion);
      return NO_STEPS;
    });
  }

  bookmark(resourceVersion: string): void {
    this.#accept(() => {
      this.#heard(resourceVersion);
      return NO_STEPS;
    });
  }

  #accept(input: () => Iterable<void>): void {
    if (!this.#isOpen) return;
    this.#inbox.push(input);
    if (!this.#isWorking) void this.#work();
  }

  /** Runs without a pause, and so at once, unless there is more to do than fits into a slice. */
  async #work(): Promise<void> {
    this.#isWorking = true;
    const slice = new TimeSlice(this.#options.clock);
    for (const _ of this.#steps()) if (slice.isOver) await slice.rest();
    this.#isWorking = false;
  }

  *#steps(): Generator<void> {
    for (let input = this.#inbox.shift(); input; input = this.#inbox.shift()) {
      const epoch = this.#epoch;
      try {
        for (const _ of input()) {
          yield;
          if (epoch !== this.#epoch) break;
        }
      } catch (fault) {
        this.discard();
        this.#options.onFault(fault);
      }
      if (this.#inbox.length > 0) yield;
    }
  }

  *#replace(objects: readonly R[], resourceVersion: string): Generator<void> {
    const isInInitialList = !this.#hasSynced;
    const { draft, changes } = yield* replacement(this.store, objects, { ...this.#options, isInInitialList });
    this.store.swap(draft);
    this.#heard(resourceVersion);
    this.#hasSynced = true;
    this.#options.onChanges({ size: changes.length, changes, endsInitialList: isInInitialList });
  }

  #set(arrived: R): void {
    const key = keyOf(arrived);
    const known = this.store.get(key);
    if (known && isSame(known, arrived)) return; // an event that came twice
    const object = this.#options.admit(arrived);
    const old = this.store.set(key, object);
    this.#changed(arrival({ key, old, object, isInInitialList: !this.#hasSynced }));
  }

  /** Handlers learn of the deletion of what nobody knew, too: it may be what they wait for. */
  #delete(last: R): void {
    const key = keyOf(last);
    const object = this.#options.admit(last);
    this.store.delete(key);
    this.#changed({ type: "deleted", key, object, finalStateUnknown: false });
  }

  #changed(change: Change<R>): void {
    this.#options.onChanges({ size: 1, changes: [change], endsInitialList: false });
  }

  #heard(resourceVersion: string | undefined): void {
    this.#resourceVersion = resourceVersion ?? this.#resourceVersion;
    this.#heardAt = this.#options.clock.now();
  }
}

/** What is done when it is called leaves no steps to take. */
const NO_STEPS: readonly void[] = [];
