import type { KubernetesObject } from "#api/object-meta.ts";
import type { ChangeHandler } from "#kube/change.ts";
import type { Resource } from "#kube/resource.ts";
import type { Logger } from "#observability/logger.ts";
import type { FactIndex, FactKind } from "#policy/fact-index.ts";

/** A fact as an informer holds it. */
export type FactObject = KubernetesObject & Resource;

export interface FactHandlerOptions {
  readonly facts: FactIndex;
  /** Where a stored object is not what its schema says, in words that quote no value; empty for a good one. */
  readonly faultsOf: (object: FactObject) => readonly string[];
  readonly logger: Logger;
}

/**
 * Keeps one kind of the index equal to what the API server has. An object whose
 * shape is wrong, as one may be that was stored under another schema, does not
 * reach the index: the last good form of that very object stays in force.
 */
export function factHandler(
  kind: FactKind,
  { facts, faultsOf, logger }: FactHandlerOptions,
): ChangeHandler<FactObject> {
  return (change) => {
    const { key, object } = change;
    if (change.type === "deleted") {
      facts.delete(kind, key);
      return;
    }
    const faults = faultsOf(object);
    if (faults.length === 0) {
      facts.apply(object);
      return;
    }
    // What is in force is the form of another object of that name, which is gone.
    if (change.type === "updated" && change.isRecreated) facts.delete(kind, key);
    logger.error({ kind, key, faults }, "stored object has the wrong shape; its last good form, if any, stays");
  };
}
