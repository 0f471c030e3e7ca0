import type { Client, ObjectName } from "./client.ts";
import type { Resource, ResourceType } from "./resource.ts";
import { unlessGone } from "./unless-gone.ts";

export type ApplyClient = Pick<Client, "create" | "patch">;

export interface Application<R extends Resource> {
  readonly client: ApplyClient;
  readonly type: ResourceType;
  /** What we want, with apiVersion and kind and only the fields that are ours. */
  readonly wanted: R;
  /** As it was read, or undefined when it was not there: what the decision is based on. */
  readonly present: Resource | undefined;
  readonly fieldManager: string;
  /** Told of the object once it holds what is wanted, also if what comes after that fails. */
  readonly onWritten?: (written: R) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Server-side apply on the strength of what was read: an object that changed,
 * appeared, vanished or was made anew since is a conflict. Fields that we once
 * applied and do not want any more go away, others' stay; a field that others
 * own becomes ours.
 *
 * An object that is not there is created, since an apply cannot say "only if
 * absent". Its fields then belong to who created it, and a later apply would never
 * take them away, so they are handed to the one who applies (what client-go's
 * csaupgrade does), at the latest by the next apply.
 */
export async function applyGuarded<R extends Resource>(application: Application<R>): Promise<R> {
  const { client, type, wanted, present, fieldManager, onWritten, signal } = application;
  if (!present) {
    const created = await client.create<R>(type, wanted, { fieldManager: creatorOf(fieldManager), signal });
    onWritten?.(created);
    return adoptFields(application, created);
  }
  const { uid, resourceVersion } = present.metadata;
  const object = { ...wanted, metadata: { ...wanted.metadata, uid, resourceVersion } };
  const patch = { kind: "apply", object, fieldManager, force: true } as const;
  const applied = await client.patch<R>(type, nameOf(wanted), patch, { signal });
  onWritten?.(applied);
  const adopted = await adoptFields(application, applied);
  // We were killed between a create and its adoption: what this apply could not take away, the next can.
  return adopted === applied ? applied : applyGuarded({ ...application, present: adopted });
}

/**
 * Guarded like an apply, and sets whole fields of the object: an apply leaves items
 * that others have added where they are, and is refused where ours cannot be beside
 * them. An apply must follow, to which the fields are handed.
 */
export function setFields<R extends Resource>(
  application: Omit<Application<R>, "wanted"> & { readonly present: R },
  fields: Readonly<Record<string, unknown>>,
): Promise<R> {
  const { client, type, present, fieldManager, signal } = application;
  const operations = [
    { op: "replace", path: "/metadata/resourceVersion", value: present.metadata.resourceVersion },
    ...Object.entries(fields).map(([field, value]) => ({ op: "add", path: `/${field}`, value }) as const),
  ] as const;
  const options = { fieldManager: creatorOf(fieldManager), signal };
  return client.patch<R>(type, nameOf(present), { kind: "json", operations }, options);
}

/**
 * Guarded like an apply of the whole status; the status must exist as a subresource.
 * Answers undefined where the object was deleted since it was read: nothing is to be said of it any more.
 */
export function applyStatus<R extends Resource>(
  application: Omit<Application<R>, "present"> & { readonly present: Resource },
): Promise<R | undefined> {
  const { client, type, wanted, present, fieldManager, signal } = application;
  const { uid, resourceVersion } = present.metadata;
  const object = { ...wanted, metadata: { ...nameOf(wanted), uid, resourceVersion } };
  const patch = { kind: "apply", object, fieldManager, force: true } as const;
  return unlessGone(client.patch<R>(type, nameOf(wanted), patch, { subresource: "status", signal }));
}

async function adoptFields<R extends Resource>(application: Application<R>, object: R): Promise<R> {
  const { client, type, fieldManager, signal } = application;
  const { managedFields = [], resourceVersion } = object.metadata as R["metadata"] & WithManagedFields;
  const entryOf = (manager: string, operation: string) =>
    managedFields.find((one) => one.manager === manager && one.operation === operation && !one.subresource);
  const created = entryOf(creatorOf(fieldManager), "Update");
  if (!created) return object;
  const applied = entryOf(fieldManager, "Apply");
  const others = managedFields.filter((entry) => entry !== created && entry !== applied);
  const fieldsV1 = union(created.fieldsV1 ?? {}, applied?.fieldsV1 ?? {});
  const adopted = { ...created, manager: fieldManager, operation: "Apply", fieldsV1 };
  const operations = [
    { op: "replace", path: "/metadata/managedFields", value: [...others, adopted] },
    { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
  ] as const;
  return client.patch<R>(type, nameOf(object), { kind: "json", operations }, { signal });
}

/**
 * Whether all that we created belongs to who applies by now. Where it does not, as
 * somebody else wrote in between or we were killed, another apply sees to it.
 */
export function isAdopted({ metadata }: Resource, fieldManager: string): boolean {
  const { managedFields = [] } = metadata as Resource["metadata"] & WithManagedFields;
  return !managedFields.some(({ manager }) => manager === creatorOf(fieldManager));
}

/**
 * A name of its own: what this process writes otherwise (a finalizer, say) goes
 * by the name in its User-Agent, often the same, and must not be taken for
 * something that an apply once wanted.
 */
function creatorOf(fieldManager: string): string {
  return `${fieldManager}-create`;
}

interface WithManagedFields {
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly fieldsV1?: FieldSet;
}

/** Field names (`f:data`) to the fields in them; empty for a leaf. */
interface FieldSet {
  readonly [path: string]: FieldSet;
}

function union(a: FieldSet, b: FieldSet): FieldSet {
  const both = Object.entries(b).map(([path, fields]) => [path, union(a[path] ?? {}, fields)] as const);
  return { ...a, ...Object.fromEntries(both) };
}

function nameOf({ metadata: { namespace, name } }: Resource): ObjectName {
  return { ...(namespace !== undefined && { namespace }), name };
}
