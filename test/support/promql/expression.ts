import { parser } from "@prometheus-io/lezer-promql";

/** Series that an expression reads. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** What a PromQL expression reads, by Prometheus' own grammar. */
export interface Expression {
  /** The places that the grammar does not know. */
  readonly faults: readonly string[];
  readonly selectors: readonly Selector[];
  /** Labels of `by`, `without`, `on` and `ignoring`. */
  readonly groupings: readonly string[];
}

export function readExpression(text: string): Expression {
  const faults: string[] = [];
  const selectors: { metric: string; matchers: Matcher[] }[] = [];
  const groupings: string[] = [];
  const within: string[] = [];
  parser.parse(text).iterate({
    enter: ({ name, type, from, to, node }) => {
      const part = text.slice(from, to);
      if (type.isError) faults.push(`${from}: ${text.slice(from)}`);
      else if (name === "VectorSelector")
        selectors.push({ metric: textOf(node.getChild("Identifier"), text), matchers: [] });
      else if (name === "UnquotedLabelMatcher") selectors.at(-1)?.matchers.push(matcherOf(part));
      else if (name === "LabelName" && within.at(-1) === "GroupingLabels") groupings.push(part);
      within.push(name);
    },
    leave: () => void within.pop(),
  });
  return { faults, selectors, groupings };
}

function textOf(node: { readonly from: number; readonly to: number } | null, text: string): string {
  return node === null ? "" : text.slice(node.from, node.to);
}

function matcherOf(part: string): Matcher {
  const [, label = "", operator = "", value = ""] = /^(\w+)\s*(=~|!~|!=|=)\s*(.*)$/s.exec(part) ?? [];
  return { label, operator, value: JSON.parse(value) as string };
}
