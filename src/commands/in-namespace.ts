import { valueAt } from "#api/field-path.ts";
import { kindByName } from "#api/kinds.ts";

/** The namespace of what names none. */
export const KUBECTL_DEFAULT = "default";

/** An object of a namespaced kind of ours that names no namespace, in this one, as kubectl's `-n` does; any other as it is. */
export function inNamespace(object: unknown, namespace: string): unknown {
  const kind = valueAt(object, ["kind"]);
  const metadata = valueAt(object, ["metadata"]);
  const isNamespaced = typeof kind === "string" && kindByName.get(kind)?.scope === "Namespaced";
  if (!isNamespaced || typeof metadata !== "object" || metadata === null) return object;
  if (valueAt(metadata, ["namespace"]) !== undefined) return object;
  return { ...(object as object), metadata: { ...metadata, namespace } };
}
