/** The fields of an object's metadata that the machinery reads. */
export interface ResourceMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  /** Opaque: compared for equality only, never ordered. */
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** Any object of the API. The machinery knows no kind. */
export interface Resource {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ResourceMetadata;
}

/** Which resources a request is about. */
export interface ResourceType {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural, as in the URL. */
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Which objects of a type: one namespace or all, perhaps selected. One watch serves equal selections. */
export interface Selection {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** `namespace/name`, or `name` for cluster-scoped objects, as client-go writes it. */
export function keyOf({ metadata: { namespace, name } }: Resource): string {
  return namespace ? `${namespace}/${name}` : name;
}

/** Where a reflector puts what it sees, in the order in which it happened. */
export interface ReflectorSink<R extends Resource> {
  /** The whole truth at a resource version, after a list or at the end of a watch-list. */
  replace(objects: readonly R[], resourceVersion: string): void;
  /** One event of the watch; `DELETED` carries the object's last state. */
  handle(type: "ADDED" | "MODIFIED" | "DELETED", object: R): void;
  /** A later resource version at which nothing changed. */
  bookmark(resourceVersion: string): void;
}
