import type { Registry } from "prom-client";
import { CounterFamily, type Tally } from "#observability/counter-family.ts";

/** What is counted of one handler. */
export interface HandlerMetrics {
  /** Changes that wait for it: what grows without end shows a handler that hangs. */
  readonly pending: Tally;
  /** Changes on which it threw. */
  readonly failures: Tally;
}

/** What is counted of informers. Names of informers and handlers are the only labels; both come from code. */
export class InformerMetrics {
  readonly #objects: CounterFamily<"informer">;
  readonly #restarts: CounterFamily<"informer">;
  readonly #pending: CounterFamily<"informer" | "handler">;
  readonly #failures: CounterFamily<"informer" | "handler">;

  constructor(registry: Registry) {
    this.#objects = new CounterFamily(
      registry,
      { name: "informer_objects", help: "Current number of objects in the store.", labels: ["informer"] },
      "gauge",
    );
    this.#restarts = new CounterFamily(registry, {
      name: "informer_restarts_total",
      help: "Total number of times that the reflector ended or an object could not be taken in.",
      labels: ["informer"],
    });
    this.#pending = new CounterFamily(
      registry,
      {
        name: "informer_handler_pending_changes",
        help: "Current number of changes that wait for a handler.",
        labels: ["informer", "handler"],
      },
      "gauge",
    );
    this.#failures = new CounterFamily(registry, {
      name: "informer_handler_failures_total",
      help: "Total number of changes on which a handler threw.",
      labels: ["informer", "handler"],
    });
  }

  objects(informer: string): Tally {
    return this.#objects.child(informer);
  }

  restarts(informer: string): Tally {
    return this.#restarts.child(informer);
  }

  handler(informer: string, handler: string): HandlerMetrics {
    return { pending: this.#pending.child(informer, handler), failures: this.#failures.child(informer, handler) };
  }
}
