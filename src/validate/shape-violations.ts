import { joinPath, type RelativePath, valueAt } from "#api/field-path.ts";
import type { Kind } from "#api/kind.ts";
import { isSameJson } from "#api/same-json.ts";
import type { JsonSchema } from "#api/schema.ts";
import type { Violation } from "#api/violation.ts";
import { withoutCredentials } from "./credential.ts";
import { metadataFaults } from "./metadata-faults.ts";
import { type ShapeFault, shapeFaults } from "./shape.ts";

/**
 * Faults of shape as violations. Those that stood in `old` already are excused as
 * the API server excuses them: some value on the way to the fault is unchanged,
 * where items of list maps are found again by key and other items not at all.
 */
export function shapeViolations(kind: Kind, object: unknown, old: unknown): readonly Violation[] {
  const ofMetadata = metadataFaults(object);
  const ofRest = shapeFaults(kind, object);
  if (ofMetadata.length === 0 && ofRest.length === 0) return NO_VIOLATIONS;
  const before = old === undefined || old === null ? undefined : new Before(kind, object, old);
  return [...ofMetadata, ...ofRest].map((fault) => ({
    rule: "schema",
    path: withoutCredentials(joinPath("", fault.path)),
    kind: fault.kind,
    message: `${fault.kind}: ${fault.detail} (schema)`,
    action: "Deny",
    excused: before?.holds(fault) ?? false,
  }));
}

const NO_VIOLATIONS: readonly Violation[] = [];

/** The object before an update. Faults share most of their way, so what was found on it is kept. */
class Before {
  readonly #schema: JsonSchema;
  readonly #object: unknown;
  readonly #old: unknown;
  readonly #unchanged = new Map<unknown, boolean>();
  readonly #itemsByKey = new Map<readonly unknown[], ReadonlyMap<unknown, unknown>>();

  constructor(kind: Kind, object: unknown, old: unknown) {
    this.#schema = { type: "object", properties: { spec: kind.spec.json, status: kind.status.json } };
    this.#object = object;
    this.#old = old;
  }

  holds({ path, kind: fault }: ShapeFault): boolean {
    // A missing field is a fault of the object that should have it.
    const way = fault === "Required value" ? path.slice(0, -1) : path;
    return this.#holdsOn(way, this.#schema, this.#object, this.#old);
  }

  /** From the end of the way: what differs there makes all above it differ, which then nobody has to compare. */
  #holdsOn([segment, ...rest]: RelativePath, schema: JsonSchema | undefined, now: unknown, before: unknown): boolean {
    if (segment === undefined) return this.#isUnchanged(now, before);
    const counterpart = this.#counterpart(schema, now, before, segment);
    const inner = valueAt(now, [segment]);
    if (counterpart !== undefined) {
      if (this.#holdsOn(rest, schema && schemaBelow(schema, segment), inner, counterpart)) return true;
      if (counterpart === valueAt(before, [segment])) return false;
    }
    return this.#isUnchanged(now, before);
  }

  /** The value of the old object that a field or item is compared with. */
  #counterpart(schema: JsonSchema | undefined, now: unknown, before: unknown, segment: string | number): unknown {
    if (typeof segment === "string") return valueAt(before, [segment]);
    const key = schema?.["x-kubernetes-list-map-keys"]?.[0];
    if (key === undefined || !Array.isArray(before)) return undefined;
    const sought = valueAt(now, [segment, key]);
    return sought === undefined ? undefined : this.#byKey(before, key).get(sought);
  }

  #byKey(list: readonly unknown[], key: string): ReadonlyMap<unknown, unknown> {
    const known = this.#itemsByKey.get(list);
    // Of several, the first, which a later entry would replace.
    const items = known ?? new Map(list.toReversed().map((item) => [valueAt(item, [key]), item]));
    if (!known) this.#itemsByKey.set(list, items);
    return items;
  }

  /** Each value of an object stands in one place, and so has one counterpart. */
  #isUnchanged(now: unknown, before: unknown): boolean {
    if (typeof now !== "object" || now === null) return now === before;
    const unchanged = this.#unchanged.get(now) ?? isSameJson(now, before);
    this.#unchanged.set(now, unchanged);
    return unchanged;
  }
}

function schemaBelow(schema: JsonSchema, segment: string | number): JsonSchema | undefined {
  if (typeof segment === "number") return schema.items;
  const { properties, additionalProperties } = schema;
  return properties && Object.hasOwn(properties, segment) ? properties[segment] : additionalProperties;
}
