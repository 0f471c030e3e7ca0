import { Counter, Gauge, type Registry } from "prom-client";

/** A number that the hot path changes by plain arithmetic and a scrape reads. */
export interface Tally {
  value: number;
}

export interface FamilyOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
}

/**
 * A labelled counter or gauge whose children are plain numbers. prom-client
 * hashes the labels at each change, also through `labels()`, which is most of
 * what a counter costs; here they meet prom-client only when they are scraped.
 */
export class CounterFamily<Label extends string> {
  readonly #labels: readonly Label[];
  readonly #children = new Map<string, { readonly labels: Record<Label, string>; readonly tally: Tally }>();

  constructor(registry: Registry, { name, help, labels }: FamilyOptions<Label>, type: "counter" | "gauge" = "counter") {
    this.#labels = labels;
    const children = this.#children;
    const options = { name, help, labelNames: labels, registers: [] };
    const counter = () =>
      new Counter({
        ...options,
        collect() {
          this.reset();
          for (const { labels, tally } of children.values()) this.inc(labels, tally.value);
        },
      });
    const gauge = () =>
      new Gauge({
        ...options,
        collect() {
          for (const { labels, tally } of children.values()) this.set(labels, tally.value);
        },
      });
    registry.registerMetric(type === "counter" ? counter() : gauge());
  }

  /** The child with these label values, in the order of the labels. Made, at zero, when first asked for. */
  child(...values: readonly string[]): Tally {
    const key = values.join("\n");
    const known = this.#children.get(key);
    if (known) return known.tally;
    const tally = { value: 0 };
    this.#children.set(key, { labels: labelled(this.#labels, values), tally });
    return tally;
  }
}

/** Label names with their values. */
export function labelled<Label extends string>(
  labels: readonly Label[],
  values: readonly string[],
): Record<Label, string> {
  return Object.fromEntries(labels.map((label, index) => [label, values[index] ?? ""])) as Record<Label, string>;
}
