import { SKIP_CLEANUP_ANNOTATION } from "#api/controller-names.ts";
import type { ObjectMeta } from "#api/object-meta.ts";

/** Whether an object is being deleted and somebody lets it go, although a gateway may go on serving what it had. */
export function skipsCleanUp({ deletionTimestamp, annotations = {} }: ObjectMeta): boolean {
  return deletionTimestamp !== undefined && annotations[SKIP_CLEANUP_ANNOTATION] === "true";
}
