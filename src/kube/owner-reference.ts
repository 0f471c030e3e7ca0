import type { OwnerReference, Resource, ResourceMetadata } from "./resource.ts";

/** An owner that an object cannot have. Nothing but another name helps. */
export class OwnerReferenceError extends Error {
  override readonly name = "OwnerReferenceError";
}

/**
 * The object with the owner as its controller, which garbage collection and
 * lookups from child to owner go by: controller-runtime's
 * SetControllerReference. An object that another controls is never taken over.
 */
export function withControllerReference<R extends Resource>(object: R, owner: Resource): R {
  const reference = { ...referenceTo(owner), controller: true, blockOwnerDeletion: true };
  const present = controllerOf(object);
  if (present && !isSameOwner(present, reference)) {
    throw new OwnerReferenceError(
      `${describe(object)} is controlled by ${present.kind} ${present.name}, so not by ${describe(owner)}`,
    );
  }
  return withReference(object, owner, reference);
}

/** The object with one owner more; the garbage collector deletes it when the last is gone. */
export function withOwnerReference<R extends Resource>(object: R, owner: Resource): R {
  return withReference(object, owner, referenceTo(owner));
}

/** Whose child it is. */
export function controllerOf({ metadata }: Resource): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** By uid: an owner that was deleted and made again under its name is another. */
export function isControlledBy(object: Resource, owner: Resource): boolean {
  return owner.metadata.uid !== undefined && controllerOf(object)?.uid === owner.metadata.uid;
}

function referenceTo(owner: Resource): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  if (!apiVersion || !kind || !metadata.uid) {
    throw new OwnerReferenceError(`${describe(owner)} must have apiVersion, kind and uid to own something`);
  }
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid };
}

function withReference<R extends Resource>(object: R, owner: Resource, reference: OwnerReference): R {
  checkScope(object, owner);
  const present = object.metadata.ownerReferences ?? [];
  const index = present.findIndex((one) => isSameOwner(one, reference));
  const ownerReferences = index === -1 ? [...present, reference] : present.with(index, reference);
  const metadata: ResourceMetadata = { ...object.metadata, ownerReferences };
  return { ...object, metadata };
}

/** The garbage collector deletes what has an owner that it cannot find, and it looks in the object's own namespace. */
function checkScope(object: Resource, owner: Resource): void {
  const [namespace, ownerNamespace] = [object.metadata.namespace, owner.metadata.namespace];
  if (!ownerNamespace || ownerNamespace === namespace) return;
  throw new OwnerReferenceError(
    namespace
      ? `${describe(owner)} must not own ${describe(object)}: they are in different namespaces`
      : `${describe(owner)} must not own ${describe(object)}: a namespaced owner cannot have a cluster-scoped child`,
  );
}

/** Not by version or uid, so that an upgraded or recreated owner replaces its reference. */
function isSameOwner(a: OwnerReference, b: OwnerReference): boolean {
  return a.kind === b.kind && a.name === b.name && groupOf(a.apiVersion) === groupOf(b.apiVersion);
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

function describe({ kind = "object", metadata: { namespace, name } }: Resource): string {
  return `${kind} ${namespace ? `${namespace}/` : ""}${name}`;
}
