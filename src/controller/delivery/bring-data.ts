import { isSameJson } from "#api/same-json.ts";
import { type BringOptions, bringObject, hashOf } from "./bring-object.ts";
import type { DeliveryOutcome } from "./delivery.ts";
import type { DataObject } from "./wanted-objects.ts";

export interface BringDataOptions extends Omit<BringOptions<DataObject>, "isAsWanted" | "wasAsWanted" | "afterwards"> {
  /** Whether this very configuration was delivered before, by the gateway's status. */
  readonly wasDelivered: boolean;
}

/**
 * Brings a ConfigMap or Secret. All of its data is ours, since the gateway sees each
 * key as a file: one that somebody has added is taken out.
 */
export function bringData(options: BringDataOptions): Promise<DeliveryOutcome> {
  return bringObject({
    ...options,
    // Whatever became of its annotation, too, which others may have changed or taken off.
    wasAsWanted: (present, wanted) =>
      options.wasDelivered || (present !== undefined && hashOf(present) === hashOf(wanted)),
    isAsWanted: (present, wanted) => strangersIn(present, wanted).length === 0 && isSameJson(present.data, wanted.data),
    afterwards: (applied, wanted) => takeOut(applied, strangersIn(applied, wanted), options),
  });
}

/** JSON pointers of what is there and must not be. Keys are of characters that need no escape (Kubernetes, IsConfigMapKey). */
function strangersIn(present: DataObject & Binary, { data: wanted = {} }: DataObject): readonly string[] {
  return (["data", "binaryData"] as const).flatMap((field) =>
    Object.keys(present[field] ?? {}).flatMap((key) =>
      field === "data" && Object.hasOwn(wanted, key) ? [] : `/${field}/${key}`,
    ),
  );
}

/** Of ConfigMaps, beside `data`. */
interface Binary {
  readonly binaryData?: Readonly<Record<string, string>>;
}

async function takeOut(
  { metadata }: DataObject,
  paths: readonly string[],
  { client, type, signal }: BringDataOptions,
): Promise<void> {
  if (paths.length === 0) return;
  const operations = [
    { op: "replace", path: "/metadata/resourceVersion", value: metadata.resourceVersion },
    ...paths.map((path) => ({ op: "remove", path }) as const),
  ] as const;
  await client.patch(type, metadata, { kind: "json", operations }, { signal });
}
