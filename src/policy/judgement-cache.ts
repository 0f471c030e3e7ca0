import type { Judgement } from "./judgement.ts";
import type { Affected } from "./selection.ts";

/**
 * Objects with exceptions of their own whose judgements are kept. Their names
 * come from requests, so their number must not: this many take about 10 MB.
 */
const MAX_OBJECTS = 4096;

/** Judgements until something that they rest on changes, or time runs past them. */
export class JudgementCache {
  /** One for each known namespace, and under undefined one for all others together. */
  readonly #byNamespace = new Map<string | undefined, Judgement>();
  readonly #byObject = new Map<string, Judgement>();

  /** Of an object that no exception names: the same for all of a namespace. */
  ofNamespace(namespace: string | undefined, now: number, judge: () => Judgement): Judgement {
    const kept = this.#byNamespace.get(namespace);
    if (kept?.holdsAt(now)) return kept;
    const judgement = judge();
    this.#byNamespace.set(namespace, judgement);
    return judgement;
  }

  /** Of a namespace that is not known, but that some policy names; dropped at every change, as those of objects are. */
  ofUnknownNamespace(namespace: string, now: number, judge: () => Judgement): Judgement {
    return this.ofObject(`\n${namespace}`, now, judge); // no object's key begins so
  }

  /** Of an object that exceptions name. */
  ofObject(key: string, now: number, judge: () => Judgement): Judgement {
    const kept = this.#byObject.get(key);
    if (kept?.holdsAt(now)) return kept;
    const judgement = judge();
    if (this.#byObject.size >= MAX_OBJECTS) this.#dropOldestObject();
    this.#byObject.set(key, judgement);
    return judgement;
  }

  dropFor(affected: Affected): void {
    this.#byObject.clear();
    this.#byNamespace.delete(undefined);
    if (affected === "every namespace") this.#byNamespace.clear();
    else for (const namespace of affected) this.#byNamespace.delete(namespace);
  }

  #dropOldestObject(): void {
    const oldest = this.#byObject.keys().next();
    if (!oldest.done) this.#byObject.delete(oldest.value);
  }
}
