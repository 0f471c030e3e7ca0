import type { Registry } from "prom-client";
import { CounterFamily } from "#observability/counter-family.ts";

/**
 * - `written`: created, or the count of a series updated;
 * - `counted`: one more of a series;
 * - `spam`: too many about one object;
 * - `dropped`: the queue was full, or the process stopped;
 * - `failed`: the API server refused it, or was away for too long.
 */
export type EventOutcome = "written" | "counted" | "spam" | "dropped" | "failed";

export class EventMetrics {
  readonly #events: CounterFamily<"outcome">;

  constructor(registry: Registry) {
    this.#events = new CounterFamily(registry, {
      name: "kubernetes_events_total",
      help: "Events about objects by what became of them: written, counted, spam, dropped or failed.",
      labels: ["outcome"],
    });
  }

  count(outcome: EventOutcome): void {
    this.#events.child(outcome).value += 1;
  }
}
