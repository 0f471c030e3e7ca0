import { isLabel } from "#policy/label-syntax.ts";
import type { Finding } from "./rule.ts";

/** Where the name or value of a label stands, and what counts as unset with it. */
export type LabelPlace = Pick<Finding, "part" | "at" | "unset">;

/** Finds the name of a label that the API server would not take. */
export function addKeyFault(found: Finding[], place: LabelPlace, key: string): void {
  if (isLabel(key, "")) return;
  const detail =
    "must be the name of a label: at most 63 letters, digits, '-', '_' and '.', perhaps after a DNS name and '/'";
  found.push({ ...place, kind: "Invalid value", value: key, detail, read: [place.at] });
}

/** Finds the value of a label that the API server would not take. */
export function addValueFault(found: Finding[], place: LabelPlace, value: string): void {
  if (isLabelValue(value)) return;
  const detail =
    "must be the value of a label: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends";
  found.push({ ...place, kind: "Invalid value", value, detail, read: [place.at] });
}

export function isLabelValue(value: string): boolean {
  return isLabel(ANY_NAME, value);
}

const ANY_NAME = "name";
