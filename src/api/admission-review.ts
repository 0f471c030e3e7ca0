/** The wire types of `admission.k8s.io/v1`, as far as Gatehouse reads and writes them. */

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface GroupVersionResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

export const OPERATIONS = ["CREATE", "UPDATE", "DELETE", "CONNECT"] as const;
export type Operation = (typeof OPERATIONS)[number];

export interface AdmissionRequest {
  readonly uid: string;
  readonly kind: GroupVersionKind;
  readonly resource: GroupVersionResource;
  readonly subResource?: string;
  /** Empty for a create with generateName and for each object of a deletecollection. */
  readonly name?: string;
  readonly namespace?: string;
  readonly operation: Operation;
  readonly userInfo?: { readonly username?: string; readonly groups?: readonly string[] };
  /** Decoded JSON of any shape: nothing about it is known before it is judged. */
  readonly object?: unknown;
  readonly oldObject?: unknown;
  readonly dryRun?: boolean;
  /**
   * Never on the wire: set by who decoded the request, when its bytes rule out that
   * any string in it holds `${`. Searching bytes is a hundred times faster than
   * searching every string of an object.
   */
  readonly mentionsNoVariable?: boolean;
  /** Never on the wire either: how many bytes of JSON the request has come in, which no part of it is longer than. */
  readonly bytes?: number;
}

/** Versions of AdmissionReview that are understood; an answer echoes the request's. */
export const REVIEW_VERSIONS = ["admission.k8s.io/v1", "admission.k8s.io/v1beta1"] as const;

export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** metav1.Status, as a denial or a transport fault carries it. */
export interface Status {
  readonly apiVersion?: "v1";
  readonly kind?: "Status";
  readonly metadata?: Record<string, never>;
  readonly status: "Failure" | "Success";
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: {
    readonly group?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly causes?: readonly StatusCause[];
  };
}

export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status?: Status;
  /** Base64 of a JSON Patch; stands with `patchType` or not at all. */
  readonly patch?: string;
  readonly patchType?: "JSONPatch";
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}

/** One operation of a JSON Patch. Mutation only ever adds. */
export interface AddOperation {
  readonly op: "add";
  readonly path: string;
  readonly value: unknown;
}
