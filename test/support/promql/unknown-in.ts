import type { Exposition } from "./exposition.ts";
import { type Expression, readExpression, type Selector } from "./expression.ts";

/** What Prometheus adds to the series of a Pod that it scrapes. */
const TARGET_LABELS = ["job", "instance", "namespace", "pod", "service", "container", "endpoint"];

/** Series that neither Gatehouse nor the API server shows: Prometheus' own, and the kubelet's. */
const OF_OTHERS = ["up", "container_memory_working_set_bytes"];

/** The metrics, labels and values of an expression that nobody shows, and where it is not PromQL. Empty where all is well. */
export function unknownIn(text: string, shown: Exposition): readonly string[] {
  const expression = readExpression(text);
  const none = expression.selectors.length === 0 ? ["it reads no series"] : [];
  return [
    ...expression.faults.map((fault) => `it is not PromQL from ${fault}`),
    ...none,
    ...expression.selectors.flatMap((selector) => unknownOf(selector, shown)),
    ...unknownGroupings(expression, shown),
  ];
}

function unknownOf({ metric, matchers }: Selector, { series }: Exposition): readonly string[] {
  if (OF_OTHERS.includes(metric)) return [];
  const sets = series.get(metric);
  if (sets === undefined) return [`nobody shows the metric ${metric}`];
  return matchers
    .filter(({ label }) => !TARGET_LABELS.includes(label))
    .flatMap(({ label, operator, value }) => {
      if (!sets.some((labels) => label in labels)) return [`${metric} has no label ${label}`];
      const isMet = operator !== "=" || sets.some((labels) => labels[label] === value);
      return isMet ? [] : [`${metric} is never shown with ${label}="${value}"`];
    });
}

function unknownGroupings({ selectors, groupings }: Expression, { series }: Exposition): readonly string[] {
  const known = selectors.flatMap(({ metric }) => (series.get(metric) ?? []).flatMap((labels) => Object.keys(labels)));
  const all = new Set([...TARGET_LABELS, ...known]);
  return groupings.filter((label) => !all.has(label)).map((label) => `no series of it has the label ${label}`);
}
