import type {
  Client,
  DeleteOptions,
  ListOptions,
  ObjectName,
  Patch,
  ReadOptions,
  ReadPathOptions,
  RequestOptions,
  ResourceList,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from "./client.ts";
import type { TimeLimit } from "./exchange.ts";
import { readList } from "./list.ts";
import type { Resource, ResourceType, Selection } from "./resource.ts";
import { collectionPath, objectPath, type Query, selectionQuery, withQuery } from "./resource-path.ts";
import { decodingError } from "./status.ts";
import { Transport, type TransportOptions, textOf } from "./transport.ts";
import { eventsOf } from "./watch-events.ts";

/** The API of one cluster over node:https. Disposing breaks every connection. */
export class ClusterClient implements Client, Disposable {
  readonly #transport: Transport;
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#transport = new Transport(options);
  }

  get host(): string {
    return this.#transport.host;
  }

  get<R extends Resource>(type: ResourceType, name: ObjectName, options: ReadOptions = {}): Promise<R> {
    const path = objectPath(type, name, options.subresource);
    return this.#json("GET", "GET", path, { options, accept: options.metadataOnly === true ? METADATA : undefined });
  }

  async list<R extends Resource>(
    type: ResourceType,
    selection: Selection,
    options: ListOptions = {},
  ): Promise<ResourceList<R>> {
    const { limit, resourceVersion, resourceVersionMatch, metadataOnly = false, withoutManagedFields } = options;
    const answer = await this.#transport.send({
      method: "GET",
      verb: "LIST",
      path: withQuery(collectionPath(type, selection.namespace), {
        ...selectionQuery(selection),
        limit,
        continue: options.continue,
        resourceVersion,
        resourceVersionMatch,
      }),
      accept: metadataOnly ? METADATA_LIST : undefined,
      signal: options.signal,
      limit: timeLimit(options),
    });
    const { clock } = this.#options;
    return readList<R>(answer.chunks, { type: metadataOnly ? undefined : type, clock, withoutManagedFields });
  }

  watch<R extends Resource>(
    type: ResourceType,
    selection: Selection,
    options: WatchOptions = {},
  ): AsyncGenerator<WatchEvent<R>, void> {
    const { clock } = this.#options;
    const { withoutManagedFields } = options;
    return eventsOf<R>(() => this.#openWatch(type, selection, options), { clock, withoutManagedFields });
  }

  create<R extends Resource>(type: ResourceType, object: R, options: WriteOptions = {}): Promise<R> {
    const { namespace, name } = object.metadata;
    const path = options.subresource
      ? objectPath(type, { ...(namespace !== undefined && { namespace }), name }, options.subresource)
      : collectionPath(type, namespace);
    return this.#json("POST", "POST", withQuery(path, writeQuery(options)), { options, body: object });
  }

  update<R extends Resource>(type: ResourceType, object: R, options: WriteOptions = {}): Promise<R> {
    const path = objectPath(type, object.metadata, options.subresource);
    return this.#json("PUT", "PUT", withQuery(path, writeQuery(options)), { options, body: object });
  }

  patch<R extends Resource>(
    type: ResourceType,
    name: ObjectName,
    patch: Patch,
    options: WriteOptions = {},
  ): Promise<R> {
    const { contentType, body, query } = wirePatch(patch);
    const path = withQuery(objectPath(type, name, options.subresource), { ...writeQuery(options), ...query });
    return this.#json("PATCH", patch.kind === "apply" ? "APPLY" : "PATCH", path, { options, body, contentType });
  }

  async delete(type: ResourceType, name: ObjectName, options: DeleteOptions = {}): Promise<void> {
    await this.#json("DELETE", "DELETE", objectPath(type, name), { options, body: deletion(options) });
  }

  async deleteCollection(type: ResourceType, selection: Selection, options: DeleteOptions = {}): Promise<void> {
    const path = withQuery(collectionPath(type, selection.namespace), selectionQuery(selection));
    await this.#json("DELETE", "DELETECOLLECTION", path, { options, body: deletion(options) });
  }

  read(path: string, options: ReadPathOptions = {}): Promise<unknown> {
    return this.#json("GET", "GET", path, { options, accept: options.accept });
  }

  [Symbol.dispose](): void {
    this.#transport[Symbol.dispose]();
  }

  async #openWatch(type: ResourceType, selection: Selection, options: WatchOptions): Promise<AsyncIterable<Buffer>> {
    const { signal, idleMilliseconds = LONGEST_SILENCE_MILLISECONDS, onOpen, ...asked } = options;
    const { metadataOnly, withoutManagedFields: _, ...query } = asked;
    const answer = await this.#transport.send({
      method: "GET",
      verb: "WATCH",
      path: withQuery(collectionPath(type, selection.namespace), {
        ...selectionQuery(selection),
        ...query,
        watch: true,
      }),
      accept: metadataOnly === true ? METADATA : undefined,
      signal,
      limit: { of: "silence", milliseconds: idleMilliseconds },
    });
    onOpen?.();
    return answer.chunks;
  }

  async #json<T>(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    verb: string,
    path: string,
    call: Call,
  ): Promise<T> {
    const { options, body, contentType = "application/json", accept } = call;
    const answer = await this.#transport.send({
      method,
      verb,
      path,
      accept,
      ...(body !== undefined && { body: JSON.stringify(body), contentType }),
      signal: options.signal,
      limit: timeLimit(options),
    });
    return parse<T>(await textOf(answer), `${method} ${path}`);
  }
}

function parse<T>(text: string, request: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw decodingError(`${request}: the answer is not JSON`); // without its cause, which quotes what may be a Secret
  }
}

interface Call {
  readonly options: RequestOptions;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string | undefined;
}

const METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
const METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** The API server itself gives up after 60 s, and says why. */
const REQUEST_MILLISECONDS = 65_000;

/** Bookmarks come about every minute; two may be late. */
const LONGEST_SILENCE_MILLISECONDS = 150_000;

function timeLimit({ timeoutMilliseconds = REQUEST_MILLISECONDS }: RequestOptions): TimeLimit {
  return { of: "total", milliseconds: timeoutMilliseconds };
}

function writeQuery({ fieldManager, fieldValidation, dryRun }: WriteOptions): Query {
  return { fieldManager, fieldValidation, dryRun: dryRun === true && "All" };
}

function wirePatch(patch: Patch): { readonly contentType: string; readonly body: unknown; readonly query?: Query } {
  switch (patch.kind) {
    case "json":
      return { contentType: "application/json-patch+json", body: patch.operations };
    case "merge":
      return { contentType: "application/merge-patch+json", body: patch.document };
    case "apply": {
      const { object, fieldManager, force } = patch;
      // JSON is YAML.
      return { contentType: "application/apply-patch+yaml", body: object, query: { fieldManager, force } };
    }
  }
}

function deletion({ preconditions, propagationPolicy, gracePeriodSeconds, dryRun }: DeleteOptions): object {
  return {
    apiVersion: "v1",
    kind: "DeleteOptions",
    preconditions,
    propagationPolicy,
    gracePeriodSeconds,
    ...(dryRun === true && { dryRun: ["All"] }),
  };
}
