import { Gauge, type Registry } from "prom-client";
import { CounterFamily } from "./counter-family.ts";
import { HistogramFamily } from "./histogram-family.ts";

/** What bringing configurations to gateways costs, and what comes of it. Every label has a handful of values. */
export class DeliveryMetrics {
  readonly #duration: HistogramFamily<"adapter" | "step" | "result">;
  readonly #requests: CounterFamily<"adapter" | "step" | "code">;
  readonly #drifts: CounterFamily<"adapter">;
  readonly #repairs: CounterFamily<"kind">;
  #waiting: ReadonlySet<string> = NONE;

  constructor(registry: Registry) {
    this.#duration = new HistogramFamily(registry, {
      name: "gatehouse_delivery_seconds",
      help: "Seconds that a step of a delivery took by adapter, step and result.",
      labels: ["adapter", "step", "result"],
      upperBounds: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 60],
    });
    this.#requests = new CounterFamily(registry, {
      name: "gatehouse_gateway_requests_total",
      help: "Requests to gateways by adapter, step and status code; <error> where no answer came.",
      labels: ["adapter", "step", "code"],
    });
    this.#drifts = new CounterFamily(registry, {
      name: "gatehouse_gateway_drift_total",
      help: "Instances of gateways that ran what they should, and then something else, by adapter.",
      labels: ["adapter"],
    });
    this.#repairs = new CounterFamily(registry, {
      name: "gatehouse_drift_repairs_total",
      help: "Objects that had been delivered, were changed or deleted by others, and were put right, by kind.",
      labels: ["kind"],
    });
    const waiting = () => this.#waiting.size;
    registry.registerMetric(
      new Gauge({
        name: "gatehouse_clean_ups_waiting",
        help: "AIGatewayConfigs that are being deleted and wait for a gateway that could not be emptied; of the leader.",
        registers: [],
        collect() {
          this.set(waiting());
        },
      }),
    );
  }

  /** Counts AIGatewayConfigs whose clean-up failed, until disposed of. */
  showWaiting(waiting: ReadonlySet<string>): Disposable {
    this.#waiting = waiting;
    return {
      [Symbol.dispose]: () => {
        if (this.#waiting === waiting) this.#waiting = NONE;
      },
    };
  }

  repaired(kind: string): void {
    this.#repairs.child(kind).value += 1;
  }

  took(milliseconds: number, adapter: string, step: string, result: string): void {
    this.#duration.child(adapter, step, result).observe(milliseconds / 1000);
  }

  /** A code of 0 means that no answer came. */
  answered(code: number, adapter: string, step: string): void {
    this.#requests.child(adapter, step, labelOf(code)).value += 1;
  }

  drifted(instances: number, adapter: string): void {
    this.#drifts.child(adapter).value += instances;
  }
}

const NONE: ReadonlySet<string> = new Set();

/** Node takes any three digits for a status. */
function labelOf(code: number): string {
  if (code === 0) return "<error>";
  return code >= 100 && code < 600 ? String(code) : "other";
}
