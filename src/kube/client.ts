import type { KubernetesError } from "./kubernetes-error.ts";
import type { Resource, ResourceType, Selection } from "./resource.ts";

/**
 * The API of one cluster. Every call rejects with a KubernetesError, or with
 * the reason of its signal once that is aborted. ClusterClient implements it;
 * tests may implement less.
 */
export interface Client {
  get<R extends Resource>(type: ResourceType, name: ObjectName, options?: ReadOptions): Promise<R>;
  /** One page, or everything when there is no limit. */
  list<R extends Resource>(type: ResourceType, selection: Selection, options?: ListOptions): Promise<ResourceList<R>>;
  /**
   * Events in the order in which they arrive. The first step opens the stream
   * and throws what the server refuses; a stream that ends, cleanly or broken,
   * just ends. Leaving the loop closes it.
   */
  watch<R extends Resource>(
    type: ResourceType,
    selection: Selection,
    options?: WatchOptions,
  ): AsyncIterable<WatchEvent<R>>;
  create<R extends Resource>(type: ResourceType, object: R, options?: WriteOptions): Promise<R>;
  /** Replaces the object; a stale `metadata.resourceVersion` is a conflict. */
  update<R extends Resource>(type: ResourceType, object: R, options?: WriteOptions): Promise<R>;
  patch<R extends Resource>(type: ResourceType, name: ObjectName, patch: Patch, options?: WriteOptions): Promise<R>;
  /** Asks for the deletion; finalizers may keep the object for long. */
  delete(type: ResourceType, name: ObjectName, options?: DeleteOptions): Promise<void>;
  deleteCollection(type: ResourceType, selection: Selection, options?: DeleteOptions): Promise<void>;
  /** The JSON at any path, such as `/version` or a discovery document. */
  read(path: string, options?: ReadPathOptions): Promise<unknown>;
}

/** `object.metadata` will do. */
export interface ObjectName {
  /** Of a namespaced type. */
  readonly namespace?: string;
  readonly name: string;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Of each attempt, from its start to the last byte of its answer. */
  readonly timeoutMilliseconds?: number | undefined;
}

export interface ReadPathOptions extends RequestOptions {
  /** The Accept header, when plain JSON is not wanted. */
  readonly accept?: string;
}

export interface ReadOptions extends RequestOptions {
  readonly subresource?: string;
  /** Only `metadata`, as PartialObjectMetadata: cheap to send and to keep. */
  readonly metadataOnly?: boolean;
}

export interface ListOptions extends RequestOptions {
  readonly limit?: number;
  /** From the page before. */
  readonly continue?: string;
  /** Absent: the newest, consistent. `0`: any, from the server's cache. */
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: "NotOlderThan" | "Exact";
  readonly metadataOnly?: boolean;
  /** Spares their parsing, for who drops them anyway: objects may still come with managed fields. */
  readonly withoutManagedFields?: boolean;
}

export interface WatchOptions {
  readonly signal?: AbortSignal | undefined;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: "NotOlderThan";
  readonly sendInitialEvents?: boolean;
  readonly allowWatchBookmarks?: boolean;
  /** After which the server ends the stream. */
  readonly timeoutSeconds?: number;
  /** Silence after which the stream counts as broken. */
  readonly idleMilliseconds?: number;
  /** Called when the server has accepted the watch, which may be long before the first event. */
  readonly onOpen?: () => void;
  readonly metadataOnly?: boolean;
  /** As in ListOptions. */
  readonly withoutManagedFields?: boolean;
}

export interface WriteOptions extends RequestOptions {
  readonly subresource?: "status" | (string & {});
  readonly fieldManager?: string;
  readonly fieldValidation?: "Ignore" | "Warn" | "Strict";
  readonly dryRun?: boolean;
}

export interface DeleteOptions extends RequestOptions {
  /** The deletion is a conflict unless the object still has these. */
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly propagationPolicy?: "Orphan" | "Background" | "Foreground";
  readonly gracePeriodSeconds?: number;
  readonly dryRun?: boolean;
}

export type Patch =
  | { readonly kind: "json"; readonly operations: readonly JsonPatchOperation[] }
  | { readonly kind: "merge"; readonly document: object }
  /** Server-side apply: the object names what the field manager wants, `apiVersion` and `kind` included. */
  | { readonly kind: "apply"; readonly object: object; readonly fieldManager: string; readonly force?: boolean };

export interface JsonPatchOperation {
  readonly op: "add" | "remove" | "replace" | "move" | "copy" | "test";
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

export interface ResourceList<R extends Resource> {
  readonly apiVersion: string;
  /** Such as ConfigMapList. */
  readonly kind: string;
  readonly resourceVersion: string;
  /** Asks for the next page. */
  readonly continue: string | undefined;
  readonly items: readonly R[];
}

export type WatchEvent<R extends Resource> =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: R }
  | { readonly type: "BOOKMARK"; readonly object: Resource }
  /** From the server, or 500 with cause ClientWatchDecoding for a frame that makes no sense. */
  | { readonly type: "ERROR"; readonly error: KubernetesError };
