import type { Logger } from "#observability/logger.ts";
import type { Client } from "./client.ts";
import type { Clock } from "./clock.ts";
import type { ReflectorMetrics } from "./reflector-metrics.ts";
import type { ReflectorSink, Resource, ResourceType, Selection } from "./resource.ts";

export interface ReflectorOptions<R extends Resource> {
  readonly client: Client;
  readonly type: ResourceType;
  readonly selection: Selection;
  readonly sink: ReflectorSink<R>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics?: ReflectorMetrics | undefined;
  /** Label of the metrics; the plural unless given. */
  readonly name?: string | undefined;
  /** Only `metadata` of each object. */
  readonly metadataOnly?: boolean | undefined;
  /** Objects may come without their managed fields, which costs half. */
  readonly withoutManagedFields?: boolean | undefined;
  /** Hears of every list and watch that failed; the reflector goes on by itself. Must not block. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Hears of every watch that the server accepted: contact is there, or there again. */
  readonly onWatching?: (() => void) | undefined;
  /** Lists in pages of this size even where the server's cache could answer in one piece. */
  readonly pageSize?: number | undefined;
  /** False starts with LIST, for servers whose watch-list is broken. */
  readonly usesWatchList?: boolean | undefined;
  /** Silence after which a watch counts as half open; the server says something about each minute. */
  readonly idleMilliseconds?: number | undefined;
  /** Of [0, 1); for tests. */
  readonly random?: (() => number) | undefined;
}

/** What the objects of a watch say of themselves. */
export function expectedKind({ type, metadataOnly }: Pick<ReflectorOptions<Resource>, "type" | "metadataOnly">): {
  readonly apiVersion: string;
  readonly kind: string;
} {
  if (metadataOnly === true) return { apiVersion: "meta.k8s.io/v1", kind: "PartialObjectMetadata" };
  const { group, version, kind } = type;
  return { apiVersion: group === "" ? version : `${group}/${version}`, kind };
}
