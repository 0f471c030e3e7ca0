import type { Metric, Registry } from "prom-client";
import { type FamilyOptions, labelled } from "./counter-family.ts";

/** One series of a histogram. */
export interface Distribution {
  observe(value: number): void;
}

/**
 * A labelled histogram whose children count without hashing labels; see
 * CounterFamily. It is registered as a metric of its own, since prom-client's
 * histogram offers no way to set its buckets.
 */
export class HistogramFamily<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly type = "histogram";
  readonly aggregator = "sum";
  readonly #labels: readonly Label[];
  readonly #upperBounds: readonly number[];
  readonly #children = new Map<string, BucketCounts>();

  constructor(registry: Registry, options: FamilyOptions<Label> & { readonly upperBounds: readonly number[] }) {
    this.name = options.name;
    this.help = options.help;
    this.#labels = options.labels;
    this.#upperBounds = options.upperBounds;
    // The registry asks a metric for its name and `get()` only, which its type does not say.
    registry.registerMetric(this as unknown as Metric);
  }

  /** The child with these label values, in the order of the labels. */
  child(...values: readonly string[]): Distribution {
    const key = values.join("\n");
    const known = this.#children.get(key);
    if (known) return known;
    const child = new BucketCounts(labelled(this.#labels, values), this.#upperBounds);
    this.#children.set(key, child);
    return child;
  }

  /** What prom-client's registry prints. */
  get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    const values = [...this.#children.values()].flatMap((child) => child.samples(name));
    return Promise.resolve({ name, help, type, aggregator, values });
  }

  /** For `Registry.resetMetrics`. */
  reset(): void {
    this.#children.clear();
  }
}

interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

class BucketCounts implements Distribution {
  readonly #labels: Readonly<Record<string, string>>;
  readonly #upperBounds: readonly number[];
  readonly #counts: Float64Array; // the last is what is above every bound
  #sum = 0;

  constructor(labels: Readonly<Record<string, string>>, upperBounds: readonly number[]) {
    this.#labels = labels;
    this.#upperBounds = upperBounds;
    this.#counts = new Float64Array(upperBounds.length + 1);
  }

  observe(value: number): void {
    const bounds = this.#upperBounds;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
  }

  samples(name: string): readonly Sample[] {
    let count = 0;
    const buckets = Array.from(this.#counts, (inBucket, index) => {
      count += inBucket;
      const le = this.#upperBounds[index] ?? "+Inf";
      return { metricName: `${name}_bucket`, labels: { ...this.#labels, le }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: this.#labels, value: this.#sum },
      { metricName: `${name}_count`, labels: this.#labels, value: count },
    ];
  }
}
