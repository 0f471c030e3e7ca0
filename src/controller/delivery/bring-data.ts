import { isSameJson } from "#api/same-json.ts";
import { type BringOptions, bringObject, hashOf } from "./bring-object.ts";
import type { DeliveryOutcome } from "./delivery.ts";
import type { DataObject } from "./wanted-objects.ts";

export interface BringDataOptions
  extends Omit<BringOptions<DataObject>, "isAsWanted" | "needsClearing" | "clearedFields" | "wasAsWanted"> {
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
    isAsWanted: (present, wanted) => !hasStrangers(present, wanted) && isSameJson(present.data, wanted.data),
    needsClearing: hasStrangers,
    clearedFields: (present: DataObject & Binary, { data }) => ({
      data,
      ...(present.binaryData && { binaryData: {} }),
    }),
  });
}

/** Whether there is what must not be there. */
function hasStrangers({ data = {}, binaryData = {} }: DataObject & Binary, { data: wanted = {} }: DataObject): boolean {
  return Object.keys(data).some((key) => !Object.hasOwn(wanted, key)) || Object.keys(binaryData).length > 0;
}

/** Of ConfigMaps, beside `data`. */
interface Binary {
  readonly binaryData?: Readonly<Record<string, string>>;
}
