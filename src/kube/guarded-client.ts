import type { Client, DeleteOptions, ObjectName, Patch } from "./client.ts";
import type { Resource, ResourceType } from "./resource.ts";

/** Whose question decides about each write; a LeaderElector is one. */
export interface WriteGuard {
  isStillLeader(): boolean;
}

/** A write by a process that does not lead, or not any more. Nothing was sent. */
export class NotLeaderError extends Error {
  override readonly name = "NotLeaderError";
}

/**
 * The client of a leader's controllers. Two things have to hold before a write
 * is sent: that we still lead, and that it names what it was decided upon, a
 * resource version (or, to delete, a uid). The first alone is no fence: a
 * process may be stopped for a minute between its question and its write. Then
 * the API server refuses the write with a conflict if anybody, the next leader
 * included, has written the object since; and if nobody has, the write is what
 * the next leader would find right, too. A create is fenced by the name.
 */
export function guardedClient(client: Client, guard: WriteGuard): Client {
  const check = (isFenced: boolean, verb: string, type: ResourceType, name: ObjectName) => {
    const what = `${verb} ${type.kind} ${name.namespace ? `${name.namespace}/` : ""}${name.name}`;
    if (!isFenced) throw new TypeError(`${what}: a leader's write must carry a resourceVersion`);
    if (!guard.isStillLeader()) throw new NotLeaderError(`${what}: not the leader`);
  };
  return {
    get: (type, name, options) => client.get(type, name, options),
    list: (type, selection, options) => client.list(type, selection, options),
    watch: (type, selection, options) => client.watch(type, selection, options),
    read: (path, options) => client.read(path, options),
    async create(type, object, options) {
      check(true, "create", type, object.metadata);
      return client.create(type, object, options);
    },
    async update(type, object, options) {
      check(isFencedObject(object), "update", type, object.metadata);
      return client.update(type, object, options);
    },
    async patch(type, name, patch, options) {
      check(isFencedPatch(patch), "patch", type, name);
      return client.patch(type, name, patch, options);
    },
    async delete(type, name, options) {
      check(isFencedDeletion(options), "delete", type, name);
      return client.delete(type, name, options);
    },
    async deleteCollection(type) {
      throw new TypeError(`delete all of ${type.kind}: it cannot carry a resourceVersion; delete one by one`);
    },
  };
}

function isFencedObject(object: object): boolean {
  const { metadata } = object as Partial<Resource>;
  return isGiven(metadata?.resourceVersion);
}

function isFencedPatch(patch: Patch): boolean {
  switch (patch.kind) {
    case "merge":
      return isFencedObject(patch.document);
    case "apply":
      return isFencedObject(patch.object);
    case "json":
      // `replace` as client-go's csaupgrade does: the result carries it, and is refused like an update.
      return patch.operations.some(
        ({ op, path, value }) =>
          (op === "test" || op === "replace") && path === "/metadata/resourceVersion" && isGiven(value),
      );
  }
}

function isFencedDeletion(options: DeleteOptions = {}): boolean {
  const { preconditions } = options;
  return isGiven(preconditions?.resourceVersion) || isGiven(preconditions?.uid);
}

/** Empty means "whatever there is" to the API server. */
function isGiven(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
