import type { KubernetesObject } from "#api/object-meta.ts";
import type { Schema } from "./schema.ts";

/** The one API group that Gatehouse governs. */
export const GROUP = "gateway.example.com";

/** The one version; it changes only by addition. */
export const VERSION = "v1";

export const API_VERSION = `${GROUP}/${VERSION}`;

export interface PrinterColumn {
  readonly name: string;
  readonly type: "string" | "integer" | "date";
  readonly jsonPath: string;
  readonly description: string;
  /** Above 0: shown only with `-o wide`. */
  readonly priority?: number;
}

/** What one of our kinds is, from which its CRD, its validator and its documentation are made. */
export interface Kind<Spec = unknown, Status = unknown> {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly scope: "Namespaced" | "Cluster";
  readonly description: string;
  readonly spec: Schema<Spec>;
  readonly status: Schema<Status>;
  readonly printerColumns: readonly PrinterColumn[];
}

/** The TypeScript type of a kind's objects. */
export type ObjectOfKind<K> =
  K extends Kind<infer Spec, infer Status>
    ? KubernetesObject & { readonly spec: Spec; readonly status?: Status }
    : never;
