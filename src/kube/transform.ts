import type { Resource, ResourceMetadata } from "./resource.ts";

/** Makes of an object that came from the API server what the store keeps. Must not change its argument. */
export type Transform<R extends Resource> = (object: R) => R;

/**
 * Drops what nobody reads from a cache and what often outweighs the rest: who
 * manages which field, and kubectl's copy of the last applied object.
 */
export function withoutBulk<R extends Resource>(object: R): R {
  const { managedFields, ...metadata } = object.metadata as ResourceMetadata & { readonly managedFields?: unknown };
  const annotations = metadata.annotations;
  const isApplied = annotations !== undefined && LAST_APPLIED in annotations;
  if (managedFields === undefined && !isApplied) return object;
  if (!isApplied) return { ...object, metadata };
  const { [LAST_APPLIED]: _, ...kept } = annotations;
  return { ...object, metadata: { ...metadata, annotations: kept } };
}

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
