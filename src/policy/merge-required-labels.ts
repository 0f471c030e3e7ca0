import type { EffectivePolicy } from "./effective-policy.ts";
import type { Opinion } from "./opinion.ts";

type RequiredLabel = EffectivePolicy["requiredLabels"][number];

/** Every requirement that a policy makes. What several ask in the same words is asked once. */
export function mergeRequiredLabels(ordered: readonly Opinion[]): readonly RequiredLabel[] {
  const distinct = new Map<string, RequiredLabel>();
  for (const { requiredLabels, source } of ordered) {
    for (const value of requiredLabels) {
      const words = JSON.stringify([value.key, value.values?.toSorted()]);
      if (!distinct.has(words)) distinct.set(words, { value, source });
    }
  }
  return Array.from(distinct.values());
}
