import type { AddOperation } from "#api/admission-review.ts";
import type { KubernetesObject, ObjectMeta } from "#api/object-meta.ts";
import type { EffectivePolicy } from "#policy/effective-policy.ts";
import { additions, type FieldDefault, NOTHING } from "./additions.ts";
import { isJsonObject, type Unchecked, unchecked } from "./unchecked.ts";

/**
 * Labels that policies give to objects. An update gets back those that it
 * removed; one that neither version has stays away, so that a policy's new label
 * does not ride on an unrelated edit.
 */
export function labelOperations(
  metadata: Unchecked<ObjectMeta> | undefined,
  previous: Unchecked<KubernetesObject> | undefined,
  policy: EffectivePolicy,
): readonly AddOperation[] {
  const { labels } = policy.defaults;
  if (labels.size === 0 || !metadata) return NOTHING;
  const oldLabels = unchecked<ObjectMeta>(previous?.metadata)?.labels;
  const wanted: FieldDefault[] = [];
  for (const [key, { value }] of labels) {
    const comesBack = isJsonObject(oldLabels) && Object.hasOwn(oldLabels, key);
    // No label may be called `__proto__`, and appliers of JSON patches refuse the path.
    if ((!previous || comesBack) && key !== "__proto__") wanted.push([key, value]);
  }
  return additions("/metadata/labels", metadata.labels, wanted);
}
