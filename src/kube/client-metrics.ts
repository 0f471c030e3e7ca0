import type { Registry } from "prom-client";
import { CounterFamily } from "#observability/counter-family.ts";
import { HistogramFamily } from "#observability/histogram-family.ts";

/** What requests to the API server cost, under client-go's names. */
export class ClientMetrics {
  readonly #requests: CounterFamily<"code" | "method" | "host">;
  readonly #retries: CounterFamily<"code" | "verb" | "host">;
  readonly #duration: HistogramFamily<"verb" | "host">;

  constructor(registry: Registry) {
    this.#requests = new CounterFamily(registry, {
      name: "rest_client_requests_total",
      help: "Requests to the API server by status code, method and host; <error> where no answer came.",
      labels: ["code", "method", "host"],
    });
    this.#retries = new CounterFamily(registry, {
      name: "rest_client_request_retries_total",
      help: "Requests that were sent again by the status code before, verb and host.",
      labels: ["code", "verb", "host"],
    });
    this.#duration = new HistogramFamily(registry, {
      name: "rest_client_request_duration_seconds",
      help: "Seconds until the headers of the answer by verb and host.",
      labels: ["verb", "host"],
      upperBounds: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60],
    });
  }

  /** A code of 0 means that no answer came. */
  answered(code: number, method: string, host: string): void {
    this.#requests.child(labelOf(code), method, host).value += 1;
  }

  retried(code: number, verb: string, host: string): void {
    this.#retries.child(labelOf(code), verb, host).value += 1;
  }

  took(milliseconds: number, verb: string, host: string): void {
    this.#duration.child(verb, host).observe(milliseconds / 1000);
  }
}

function labelOf(code: number): string {
  return code === 0 ? "<error>" : String(code);
}
