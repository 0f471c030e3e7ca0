import { valueAt } from "#api/field-path.ts";
import { API_VERSION } from "#api/kind.ts";

/**
 * What somebody wrote for an object, as `kubectl apply` leaves it in an annotation:
 * with the fields that the API server has dropped since. Undefined where it is not
 * there, is no object of ours, or is so large that to read it would cost more than
 * it is worth.
 */
export function lastApplied(object: unknown): unknown {
  const text = lastAppliedText(object);
  if (text === undefined || text.length > MAX_CHARACTERS) return undefined;
  try {
    const written: unknown = JSON.parse(text);
    return valueAt(written, ["apiVersion"]) === API_VERSION ? written : undefined;
  } catch {
    return undefined; // somebody else's annotation, or one that was cut
  }
}

/** A quarter of a millisecond; Kubernetes allows four times as much for all annotations. */
const MAX_CHARACTERS = 64 * 1024;

export function lastAppliedText(object: unknown): string | undefined {
  const text = valueAt(object, PATH);
  return typeof text === "string" ? text : undefined;
}

const PATH = ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"];
