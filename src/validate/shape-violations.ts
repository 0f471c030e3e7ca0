import { joinPath, valueAt } from "#api/field-path.ts";
import type { Kind } from "#api/kind.ts";
import type { JsonSchema } from "#api/schema.ts";
import type { Violation } from "#api/violation.ts";
import { deepEqual } from "./canonical.ts";
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
  return [...ofMetadata, ...ofRest].map((fault) => ({
    rule: "schema",
    path: withoutCredentials(joinPath("", fault.path)),
    kind: fault.kind,
    message: `${fault.kind}: ${fault.detail} (schema)`,
    action: "Deny",
    excused: old !== undefined && old !== null && isOld(fault, kind, object, old),
  }));
}

const NO_VIOLATIONS: readonly Violation[] = [];

function isOld({ path, kind: fault }: ShapeFault, kind: Kind, object: unknown, old: unknown): boolean {
  // A missing field is a fault of the object that should have it.
  const place = fault === "Required value" ? path.slice(0, -1) : path;
  let schema: JsonSchema | undefined = {
    type: "object",
    properties: { spec: kind.spec.json, status: kind.status.json },
  };
  let [now, before]: [unknown, unknown] = [object, old];
  if (deepEqual(now, before)) return true;
  for (const segment of place) {
    before = counterpart(schema, now, before, segment);
    if (before === undefined) return false;
    now = valueAt(now, [segment]);
    schema = schema && schemaBelow(schema, segment);
    if (deepEqual(now, before)) return true;
  }
  return false;
}

/** The value of the old object that a field or item is compared with. */
function counterpart(schema: JsonSchema | undefined, now: unknown, before: unknown, segment: string | number): unknown {
  if (typeof segment === "string") return valueAt(before, [segment]);
  const key = schema?.["x-kubernetes-list-map-keys"]?.[0];
  if (key === undefined || !Array.isArray(before)) return undefined;
  const sought = valueAt(now, [segment, key]);
  return sought === undefined ? undefined : before.find((item) => valueAt(item, [key]) === sought);
}

function schemaBelow(schema: JsonSchema, segment: string | number): JsonSchema | undefined {
  if (typeof segment === "number") return schema.items;
  const { properties, additionalProperties } = schema;
  return properties && Object.hasOwn(properties, segment) ? properties[segment] : additionalProperties;
}
