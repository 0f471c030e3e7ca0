import type { Change } from "#kube/change.ts";
import type { HandlerOptions, HandlerRegistration } from "#kube/handler-set.ts";
import type { Resource } from "#kube/resource.ts";
import type { SharedInformer } from "#kube/shared-informer.ts";
import { settled } from "./resources.ts";

export const MANNERS = ["quick", "slow", "throws", "rejects"] as const;

/** What a handler does when it is told of something. */
export type Manner = (typeof MANNERS)[number];

/** A handler of an informer: what it knows from what it was told, and what in that contradicts itself. */
export class ReplayingHandler<R extends Resource> {
  readonly known = new Map<string, R>();
  readonly faults: string[] = [];
  /** Of all changes so far. */
  readonly counts: Record<Change<R>["type"], number> = { added: 0, updated: 0, deleted: 0 };
  readonly registration: HandlerRegistration;
  #isRemoved = false;
  #isBusy = false;
  #wake: () => void = () => undefined;

  constructor(informer: SharedInformer<R>, manner: Manner, options: HandlerOptions = {}) {
    this.registration = informer.addHandler((change) => {
      this.#learn(change);
      this.#wake();
      if (manner === "throws") throw new Error("on purpose");
      if (manner === "rejects") return Promise.reject(new Error("on purpose"));
      return manner === "slow" ? this.#rest() : undefined;
    }, options);
  }

  get isRemoved(): boolean {
    return this.#isRemoved;
  }

  async remove(): Promise<void> {
    const removed = this.registration.remove();
    this.#isRemoved = true;
    await removed;
  }

  /** Resolves once this holds; asked again at each change. For one at a time. */
  async until(holds: (counts: this["counts"]) => boolean): Promise<void> {
    while (!holds(this.counts)) await new Promise<void>((resolve) => void (this.#wake = resolve));
  }

  async #rest(): Promise<void> {
    this.#isBusy = true;
    for (let turn = 0; turn < 3; turn += 1) await settled(); // longer than the queue itself rests between slices
    this.#isBusy = false;
  }

  /** Replays a change, and notes what contradicts the history so far. */
  #learn(change: Change<R>): void {
    const { key } = change;
    const known = this.known.get(key);
    this.counts[change.type] += 1;
    if (this.#isBusy) this.faults.push(`${key}: told before it was done with the last change`);
    if (this.#isRemoved) this.faults.push(`${key}: told after it was removed`);
    if (change.type === "added") {
      if (known) this.faults.push(`${key}: added, and known already`);
      if (change.isInInitialList && this.registration.hasSynced) this.faults.push(`${key}: initial after the list`);
    }
    if (change.type === "updated") {
      if (known !== change.old) this.faults.push(`${key}: updated from what it was not`);
      const isRecreated = change.old.metadata.uid !== change.object.metadata.uid;
      if (change.isRecreated !== isRecreated) this.faults.push(`${key}: wrong about being another object`);
      if (change.isResync !== (change.old === change.object)) this.faults.push(`${key}: wrong about being a resync`);
    }
    if (change.type === "deleted" && change.finalStateUnknown && change.object !== known)
      this.faults.push(`${key}: deleted unseen, and not as last known`);
    if (change.type === "deleted") this.known.delete(key);
    else this.known.set(key, change.object);
  }
}
