import { valueAt } from "#api/field-path.ts";
import { isLabel } from "#policy/label-syntax.ts";
import { MAX_FAULTS, type ShapeFault } from "./shape.ts";

/**
 * Where `metadata` is not what the API server takes of any object (apimachinery,
 * ObjectMeta and its validation): a name, and labels and annotations that are
 * text. The CRD does not say it, and what people get wrong there should come in
 * the one answer too.
 */
export function metadataFaults(object: unknown): readonly ShapeFault[] {
  const metadata = valueAt(object, ["metadata"]);
  if (typeof metadata !== "object" || metadata === null) return NONE;
  const { name, labels, annotations } = metadata as Readonly<Record<string, unknown>>;
  const found: ShapeFault[] = [];
  addNameFault(found, name);
  addMapFaults(found, "labels", labels);
  addMapFaults(found, "annotations", annotations);
  return found.length === 0 ? NONE : found;
}

const NONE: readonly ShapeFault[] = [];

function addNameFault(found: ShapeFault[], name: unknown): void {
  if (name === undefined || (typeof name === "string" && (name === "" || isSubdomain(name)))) return;
  const detail =
    "must be at most 253 lower case letters, digits, '-' and '.', with a letter or digit at both ends of each part";
  found.push({ path: ["metadata", "name"], kind: "Invalid value", detail });
}

function isSubdomain(name: string): boolean {
  return name.length <= MAX_NAME && SUBDOMAIN.test(name);
}

/** Characters of the longest DNS name that Kubernetes takes. */
const MAX_NAME = 253;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

function addMapFaults(found: ShapeFault[], field: "labels" | "annotations", map: unknown): void {
  if (map === undefined || map === null) return;
  const path = ["metadata", field];
  if (typeof map !== "object" || Array.isArray(map)) {
    const detail = "must be an object, each field of which is a string";
    found.push({ path, kind: "Invalid value", detail });
    return;
  }
  for (const [key, value] of Object.entries(map)) {
    if (found.length >= MAX_FAULTS) return;
    const detail = field === "labels" ? labelFault(key, value) : textFault(value);
    if (detail !== undefined) found.push({ path: [...path, key], kind: "Invalid value", detail });
  }
}

function labelFault(key: string, value: unknown): string | undefined {
  if (typeof value !== "string" || isLabel(key, value)) return textFault(value);
  return "must be a label: name and value of at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends";
}

/** A value that is null is dropped with its key. */
function textFault(value: unknown): string | undefined {
  return typeof value === "string" || value === null
    ? undefined
    : "must be a string; YAML takes for text what is in quotes";
}
