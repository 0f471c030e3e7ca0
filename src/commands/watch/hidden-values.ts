import type { ResourceType } from "#kube/resource.ts";
import type { FieldChange, FieldPath } from "./field-changes.ts";

/** What stands for a value that must not be seen. */
export const HIDDEN = "(hidden)";

/**
 * The changes without what must stay secret: that it changed, came or went is
 * all that is said. Of a Secret that is its data, and its annotations too, since
 * tools keep copies of what they applied there; of an AIGatewayConfig or ModelConfig it is a
 * credential that somebody wrote out.
 */
export function withoutSecrets(
  { group, plural }: Pick<ResourceType, "group" | "plural">,
  changes: readonly FieldChange[],
): readonly FieldChange[] {
  const isHidden = HIDING[`${plural}.${group}`];
  if (!isHidden) return changes;
  return changes.map((change) =>
    isHidden(change.path) ? { path: change.path, old: hidden(change.old), new: hidden(change.new) } : change,
  );
}

const HIDING: Readonly<Record<string, (path: FieldPath) => boolean>> = {
  "secrets.": ([first, second]) =>
    first === "data" || first === "stringData" || (first === "metadata" && second === "annotations"),
  "aigatewayconfigs.gateway.example.com": (path) => path.includes("auth"),
  "modelconfigs.gateway.example.com": (path) => path.includes("auth"),
};

function hidden(value: unknown): unknown {
  return value === undefined ? undefined : HIDDEN;
}
