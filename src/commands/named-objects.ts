import type { ResourceType } from "#kube/resource.ts";
import { UsageError } from "./usage-error.ts";

/** An object as an option names it. */
export interface NamedObject {
  readonly type: ResourceType;
  readonly name: string;
}

/** The value of an option `RESOURCE/NAME,…`; none, if empty. Throws UsageError with the resources that there are. */
export function namedObjects(option: string, text: string, types: Iterable<ResourceType>): readonly NamedObject[] {
  if (text === "") return [];
  const known = new Map(Array.from(types, (type) => [type.plural, type] as const));
  return text.split(",").map((word) => {
    const [plural = "", name = "", ...more] = word.trim().split("/");
    const type = known.get(plural);
    if (type && name !== "" && more.length === 0) return { type, name };
    const plurals = Array.from(known.keys(), (one) => `'${one}'`).join(", ");
    throw new UsageError(
      `${option} must be RESOURCE/NAME with commas between them, RESOURCE being one of ${plurals}, not '${word}'`,
    );
  });
}
