import type { KubernetesObject } from "#api/object-meta.ts";
import type { Change } from "#kube/change.ts";
import type { Resource } from "#kube/resource.ts";
import type { Logger } from "#observability/logger.ts";
import type { FactIndex, FactKind } from "#policy/fact-index.ts";

/** A fact as an informer holds it. */
export type FactObject = KubernetesObject & Resource;

/** What a stored object says, as far as anything can be judged by it. */
export interface FactForm {
  /** What is wrong with it, in words that show no secret; empty for a good one. */
  readonly faults: readonly string[];
  /** A faulty one without what is wrong with it; undefined where nothing of it can be read. */
  readonly makeshift?: FactObject;
}

/** Told of changes one after another. */
export type FactHandler = (change: Change<FactObject>) => void;

export interface FactHandlerOptions {
  readonly facts: FactIndex;
  readonly formOf: (object: FactObject) => FactForm;
  readonly logger: Logger;
}

/**
 * Keeps one kind of the index equal to what the API server has. An object may be
 * faulty, since it was stored under another schema or while nobody judged it: then
 * the last good form of that very object stays in force, and where there is none,
 * what can be read of it.
 */
export function factHandler(kind: FactKind, { facts, formOf, logger }: FactHandlerOptions): FactHandler {
  /** Of each object that is faulty now: whether a good form of it is in force. */
  const faulty = new Map<string, boolean>();
  return (change) => {
    const { key, object } = change;
    if (change.type === "deleted") {
      faulty.delete(key);
      facts.delete(kind, key);
      return;
    }
    const { faults, makeshift } = formOf(object);
    if (faults.length === 0) {
      faulty.delete(key);
      facts.apply(object);
      return;
    }
    // What is in force is the form of another object of that name, which is gone.
    if (change.type === "updated" && change.isRecreated) facts.delete(kind, key);
    const hasGoodForm = change.type === "updated" && !change.isRecreated && (faulty.get(key) ?? true);
    faulty.set(key, hasGoodForm);
    if (!hasGoodForm && makeshift) facts.apply(makeshift);
    const consequence = hasGoodForm
      ? "its last good form stays"
      : makeshift
        ? "what is wrong counts as unset"
        : "it is left out";
    logger.error({ kind, key, faults }, `stored object is faulty; ${consequence}`);
  };
}
