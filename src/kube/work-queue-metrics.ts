import { Gauge, type Registry } from "prom-client";
import { CounterFamily, type Tally } from "#observability/counter-family.ts";
import { type Distribution, HistogramFamily } from "#observability/histogram-family.ts";

/** What is counted of one queue. */
export interface QueueMetrics {
  /** Keys that are ready, by priority. */
  depth(priority: number): Tally;
  readonly adds: Tally;
  readonly retries: Tally;
  /** From ready to handed out. */
  readonly waited: Distribution;
  /** From handed out to done. */
  readonly worked: Distribution;
}

/** For how many seconds each key that is being worked on has been. */
export type UnfinishedWork = () => Iterable<number>;

/** The metrics of work queues, under the names of client-go and controller-runtime. */
export class WorkQueueMetrics {
  readonly #depth: CounterFamily<"name" | "controller" | "priority">;
  readonly #adds: CounterFamily<"name" | "controller">;
  readonly #retries: CounterFamily<"name" | "controller">;
  readonly #waited: HistogramFamily<"name" | "controller">;
  readonly #worked: HistogramFamily<"name" | "controller">;
  readonly #unfinished = new Map<string, UnfinishedWork>();

  constructor(registry: Registry) {
    const labels = ["name", "controller"] as const;
    this.#depth = new CounterFamily(
      registry,
      { name: "workqueue_depth", help: "Current depth of the queue.", labels: [...labels, "priority"] },
      "gauge",
    );
    this.#adds = new CounterFamily(registry, {
      name: "workqueue_adds_total",
      help: "Total number of adds to the queue.",
      labels,
    });
    this.#retries = new CounterFamily(registry, {
      name: "workqueue_retries_total",
      help: "Total number of keys that were added with a delay.",
      labels,
    });
    this.#waited = new HistogramFamily(registry, {
      name: "workqueue_queue_duration_seconds",
      help: "Time that a key waits in the queue before it is handed out.",
      labels,
      upperBounds: SECONDS,
    });
    this.#worked = new HistogramFamily(registry, {
      name: "workqueue_work_duration_seconds",
      help: "Time that the work on a key takes.",
      labels,
      upperBounds: SECONDS,
    });
    this.#gauge(registry, {
      name: "workqueue_unfinished_work_seconds",
      help: "Sum of the time that all keys in work have been so; what grows steadily shows stuck workers.",
      value: (seconds) => seconds.reduce((sum, one) => sum + one, 0),
    });
    this.#gauge(registry, {
      name: "workqueue_longest_running_processor_seconds",
      help: "Time that the key which has been in work for longest has been so.",
      value: (seconds) => seconds.reduce((longest, one) => Math.max(longest, one), 0),
    });
  }

  /** A queue of the same name takes the place of one that was shut down, as after a lost and regained lease. */
  queue(name: string, unfinished: UnfinishedWork): QueueMetrics {
    this.#unfinished.set(name, unfinished);
    this.#depth.child(name, name, "0");
    return {
      depth: (priority) => this.#depth.child(name, name, String(priority)),
      adds: this.#adds.child(name, name),
      retries: this.#retries.child(name, name),
      waited: this.#waited.child(name, name),
      worked: this.#worked.child(name, name),
    };
  }

  /** Measured when it is scraped, where client-go has a timer of 500 ms. */
  #gauge(registry: Registry, { name, help, value }: MeasuredGauge): void {
    const queues = this.#unfinished;
    const gauge = new Gauge({
      name,
      help,
      labelNames: ["name", "controller"],
      registers: [],
      collect() {
        for (const [queue, unfinished] of queues)
          this.set({ name: queue, controller: queue }, value(Array.from(unfinished())));
      },
    });
    registry.registerMetric(gauge);
  }
}

interface MeasuredGauge {
  readonly name: string;
  readonly help: string;
  readonly value: (seconds: readonly number[]) => number;
}

/** controller-runtime's: 10 ns to 1000 s, by powers of ten. */
const SECONDS = Array.from({ length: 12 }, (_, power) => Number(`1e${power - 8}`));
