import type { Registry } from "prom-client";
import { CounterFamily, type Tally } from "#observability/counter-family.ts";
import { type Distribution, HistogramFamily } from "#observability/histogram-family.ts";

const OUTCOMES = ["success", "error", "requeue", "requeue_after"] as const;

export type ReconcileOutcome = (typeof OUTCOMES)[number];

/** What is counted of one controller; all of it stands at zero from the start. */
export interface ControllerMetrics {
  readonly reconciles: Readonly<Record<ReconcileOutcome, Tally>>;
  readonly errors: Tally;
  readonly terminalErrors: Tally;
  readonly panics: Tally;
  readonly timeouts: Tally;
  readonly duration: Distribution;
  readonly maxConcurrent: Tally;
  readonly activeWorkers: Tally;
}

/** The metrics of controllers, under controller-runtime's names. */
export class ReconcileMetrics {
  readonly #total: CounterFamily<"controller" | "result">;
  readonly #counters: Readonly<Record<keyof typeof COUNTERS, CounterFamily<"controller">>>;
  readonly #duration: HistogramFamily<"controller">;
  readonly #maxConcurrent: CounterFamily<"controller">;
  readonly #activeWorkers: CounterFamily<"controller">;

  constructor(registry: Registry) {
    const labels = ["controller"] as const;
    this.#total = new CounterFamily(registry, {
      name: "controller_runtime_reconcile_total",
      help: "Total number of reconciles by result.",
      labels: [...labels, "result"],
    });
    const counter = (key: keyof typeof COUNTERS) => new CounterFamily(registry, { ...COUNTERS[key], labels });
    this.#counters = {
      errors: counter("errors"),
      terminalErrors: counter("terminalErrors"),
      panics: counter("panics"),
      timeouts: counter("timeouts"),
    };
    this.#duration = new HistogramFamily(registry, {
      name: "controller_runtime_reconcile_time_seconds",
      help: "Length of a reconcile.",
      labels,
      upperBounds: SECONDS,
    });
    const gauge = (name: string, help: string) => new CounterFamily(registry, { name, help, labels }, "gauge");
    this.#maxConcurrent = gauge(
      "controller_runtime_max_concurrent_reconciles",
      "Maximum number of reconciles at once.",
    );
    this.#activeWorkers = gauge("controller_runtime_active_workers", "Current number of reconciles.");
  }

  controller(name: string): ControllerMetrics {
    const outcomes = OUTCOMES.map((outcome) => [outcome, this.#total.child(name, outcome)]);
    return {
      reconciles: Object.fromEntries(outcomes) as Record<ReconcileOutcome, Tally>,
      errors: this.#counters.errors.child(name),
      terminalErrors: this.#counters.terminalErrors.child(name),
      panics: this.#counters.panics.child(name),
      timeouts: this.#counters.timeouts.child(name),
      duration: this.#duration.child(name),
      maxConcurrent: this.#maxConcurrent.child(name),
      activeWorkers: this.#activeWorkers.child(name),
    };
  }
}

const COUNTERS = {
  errors: { name: "controller_runtime_reconcile_errors_total", help: "Total number of reconciles that failed." },
  terminalErrors: {
    name: "controller_runtime_terminal_reconcile_errors_total",
    help: "Total number of reconciles that failed in a way that trying again does not cure.",
  },
  panics: {
    name: "controller_runtime_reconcile_panics_total",
    help: "Total number of reconciles that threw what only wrong code throws.",
  },
  timeouts: {
    name: "controller_runtime_reconcile_timeouts_total",
    help: "Total number of reconciles that reached their deadline.",
  },
};

/** controller-runtime's. */
const SECONDS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2,
  2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];
