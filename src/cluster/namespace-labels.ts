import type { FactObject } from "./fact-handler.ts";

/**
 * What is kept of a namespace: PartialObjectMetadata, which does not say its
 * kind, without annotations and all else that nobody reads. That it is being
 * deleted frees what is in it from its dependents.
 */
export function namespaceLabelsOnly({ metadata }: FactObject): FactObject {
  const { name, uid, resourceVersion, deletionTimestamp, labels } = metadata;
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
      ...(labels && { labels }),
    },
  };
}
