import type { LabelSelector } from "./label-selector.ts";

/** The label that the API server gives every namespace; it tells more than any other, so it is the best anchor. */
export const NAME_LABEL = "kubernetes.io/metadata.name";

/**
 * Labels of which a namespace must have one to meet a selector, or undefined where
 * the selector requires no value of any. Both sides are indexed by them, so that a
 * policy for one team is compared with that team's namespaces only.
 */
export function anchorsOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): readonly string[] | undefined {
  const equal = Object.entries(matchLabels).map(([key, value]) => ({ key, values: [value] }));
  const listed = matchExpressions.filter(({ operator }) => operator === "In");
  const requirements = [...equal, ...listed];
  const anchor = requirements.find(({ key }) => key === NAME_LABEL) ?? requirements.at(0);
  return anchor && (anchor.values ?? []).map((value) => pairOf(anchor.key, value));
}

/** One text for a label and its value. Two labels may share it: it only narrows a search. */
export function pairOf(key: string, value: string): string {
  return `${key}=${value}`;
}
