import type { Change } from "#kube/change.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { type FieldChange, fieldChanges } from "./field-changes.ts";
import { withoutSecrets } from "./hidden-values.ts";

/** What is told of an object: already without secrets and without noise. */
export type Sighting =
  /** It was there when the watch began, or came afterwards. */
  | { readonly type: "initial" | "added"; readonly object: Resource }
  /** Recreated: another object under the same name; the old one went while nobody watched. */
  | { readonly type: "changed" | "recreated"; readonly object: Resource; readonly changes: readonly FieldChange[] }
  /** Missed: it went while nobody watched. */
  | { readonly type: "deleted"; readonly object: Resource; readonly isMissed: boolean };

/** What a change means to whoever watches; undefined where nothing changed that anybody wants to see. */
export function sightingOf(type: ResourceType, change: Change<Resource>): Sighting | undefined {
  const { object } = change;
  switch (change.type) {
    case "added":
      return { type: change.isInInitialList ? "initial" : "added", object };
    case "deleted":
      return { type: "deleted", object, isMissed: change.finalStateUnknown };
    case "updated": {
      const changes = withoutSecrets(type, fieldChanges(change.old, object));
      if (change.isRecreated) return { type: "recreated", object, changes };
      return changes.length > 0 ? { type: "changed", object, changes } : undefined;
    }
    default:
      return change satisfies never;
  }
}
