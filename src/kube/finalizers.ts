import type { Client, ObjectName } from "./client.ts";
import { type ConflictOptions, retryOnConflict } from "./conflict.ts";
import type { Resource, ResourceType } from "./resource.ts";
import { unlessGone } from "./unless-gone.ts";

export type FinalizerClient = Pick<Client, "get" | "patch">;

/** Which object, as it was last read. */
export interface FinalizerTarget<R extends Resource> {
  readonly client: FinalizerClient;
  readonly type: ResourceType;
  readonly object: R;
  /** `never`: whoever calls decides anew after a conflict. */
  readonly retry?: ConflictOptions | "never";
}

export interface FinalizerChange<R extends Resource> {
  /** As it is now; undefined when it is gone. */
  readonly object: R | undefined;
  readonly isChanged: boolean;
}

/**
 * Sees that the object carries the finalizer, which keeps it until we have
 * cleaned up. An object that is being deleted takes no more finalizers, so it
 * is left alone.
 */
export function addFinalizer<R extends Resource>(
  target: FinalizerTarget<R>,
  finalizer: string,
): Promise<FinalizerChange<R>> {
  return change(target, ({ finalizers = [], deletionTimestamp }) => {
    return deletionTimestamp !== undefined || finalizers.includes(finalizer) ? undefined : [...finalizers, finalizer];
  });
}

/** Lets the object go, as far as we are concerned. Duplicates go too. */
export function removeFinalizer<R extends Resource>(
  target: FinalizerTarget<R>,
  finalizer: string,
): Promise<FinalizerChange<R>> {
  return change(target, ({ finalizers = [] }) => {
    return finalizers.includes(finalizer) ? finalizers.filter((one) => one !== finalizer) : undefined;
  });
}

export function hasFinalizer({ metadata: { finalizers = [] } }: Resource, finalizer: string): boolean {
  return finalizers.includes(finalizer);
}

/**
 * A merge patch replaces the whole list, so it carries the resource version
 * that the list was read at: a finalizer that somebody else added or removed
 * since is a conflict, and the list is read again. And the uid, so that an
 * object made anew under the name is left alone.
 */
function change<R extends Resource>(
  { client, type, object, retry }: FinalizerTarget<R>,
  next: (metadata: R["metadata"]) => readonly string[] | undefined,
): Promise<FinalizerChange<R>> {
  let present: R | undefined = object;
  const attempt = async (): Promise<FinalizerChange<R>> => {
    present ??= await readAgain(client, type, object);
    if (!present) return { object: undefined, isChanged: false };
    const finalizers = next(present.metadata);
    if (!finalizers) return { object: present, isChanged: false };
    const { uid, resourceVersion } = present.metadata;
    present = undefined; // a second try reads
    const document = { metadata: { uid, resourceVersion, finalizers } };
    const patched = await unlessGone(client.patch<R>(type, nameOf(object), { kind: "merge", document }));
    return { object: patched, isChanged: patched !== undefined };
  };
  return retry === "never" ? attempt() : retryOnConflict(attempt, retry);
}

async function readAgain<R extends Resource>(
  client: FinalizerClient,
  type: ResourceType,
  object: R,
): Promise<R | undefined> {
  const read = await unlessGone(client.get<R>(type, nameOf(object)));
  return read?.metadata.uid === object.metadata.uid ? read : undefined;
}

function nameOf({ metadata: { namespace, name } }: Resource): ObjectName {
  return { ...(namespace !== undefined && { namespace }), name };
}
