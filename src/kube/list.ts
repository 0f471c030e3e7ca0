import type { ResourceList } from "./client.ts";
import type { Clock } from "./clock.ts";
import { ListParser } from "./list-parser.ts";
import { withoutManagedFields } from "./managed-fields.ts";
import type { Resource, ResourceType } from "./resource.ts";
import { decodingError } from "./status.ts";
import { TimeSlice } from "./time-slice.ts";

/**
 * Reads the answer to a list without holding up the event loop, however long it
 * is. Items of built-in types come without `apiVersion` and `kind`, unlike the
 * same objects in a watch; with a type they get them here.
 */
export async function readList<R extends Resource>(
  chunks: AsyncIterable<Buffer>,
  { type, clock, ...reading }: ListReading,
): Promise<ResourceList<R>> {
  const parser = new ListParser<R>((json) => {
    const text = reading.withoutManagedFields === true ? withoutManagedFields(json, 1) : json.toString("utf8");
    return JSON.parse(text) as R;
  });
  const slice = new TimeSlice(clock);
  for await (const chunk of chunks) {
    decoded(() => parser.push(chunk));
    if (slice.isOver) await slice.rest();
  }
  const { envelope, items } = decoded(() => parser.finish());
  const { apiVersion = "", kind = "", metadata = {} } = (envelope ?? {}) as Partial<WireList>;
  const { resourceVersion = "", continue: token } = metadata;
  if (type) for (const item of items) name(item, type);
  return { apiVersion, kind, resourceVersion, continue: token || undefined, items };
}

export interface ListReading {
  readonly type: ResourceType | undefined;
  readonly clock: Clock;
  readonly withoutManagedFields?: boolean | undefined;
}

interface WireList {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
}

function decoded<T>(work: () => T): T {
  try {
    return work();
  } catch {
    throw decodingError("a list is not JSON"); // without its cause, which quotes what may be a Secret
  }
}

/** Changes the item, which nobody has seen yet. */
function name(item: { apiVersion?: string; kind?: string }, { group, version, kind }: ResourceType): void {
  item.apiVersion ??= group === "" ? version : `${group}/${version}`;
  item.kind ??= kind;
}
