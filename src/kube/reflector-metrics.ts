import type { Registry } from "prom-client";
import { CounterFamily } from "#observability/counter-family.ts";

/** How often each reflector lists and watches. A rising number of lists is trouble. */
export class ReflectorMetrics {
  readonly #lists: CounterFamily<"name">;
  readonly #watches: CounterFamily<"name">;
  readonly #shortWatches: CounterFamily<"name">;
  readonly #failures: CounterFamily<"name" | "reason">;

  constructor(registry: Registry) {
    const counter = (name: string, help: string) => new CounterFamily(registry, { name, help, labels: ["name"] });
    this.#lists = counter("reflector_lists_total", "Times that everything was read, by LIST or by a watch-list.");
    this.#watches = counter("reflector_watches_total", "Watches that were asked for.");
    this.#shortWatches = counter("reflector_short_watches_total", "Watches that ended in a second without an event.");
    this.#failures = new CounterFamily(registry, {
      name: "reflector_failures_total",
      help: "Lists and watches that failed, by the reason of the error.",
      labels: ["name", "reason"],
    });
  }

  listed(name: string): void {
    this.#lists.child(name).value += 1;
  }

  watched(name: string): void {
    this.#watches.child(name).value += 1;
  }

  endedShort(name: string): void {
    this.#shortWatches.child(name).value += 1;
  }

  failed(name: string, reason: string): void {
    this.#failures.child(name, reason).value += 1;
  }
}
