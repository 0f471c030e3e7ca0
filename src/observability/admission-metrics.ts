import type { Registry } from "prom-client";
import { CounterFamily, type Tally } from "./counter-family.ts";
import { type Distribution, HistogramFamily } from "./histogram-family.ts";

/** What became of a review. */
export type ReviewOutcome = "allowed" | "warned" | "denied" | "unsupported" | "error";

/** What there was too much of, or, with `deadline`, not enough of. */
export const OVERLOADS = ["requests", "bytes", "deadline"] as const;
export type Overload = (typeof OVERLOADS)[number];

/** The metrics of one webhook path. */
export interface WebhookMetrics {
  readonly inFlight: Tally;
  readonly latency: Distribution;
  /** Requests answered with an HTTP status code. */
  answered(code: number): Tally;
  /** Reviews that were held, by what became of them in the end. */
  held(fate: ReviewOutcome | "gone"): Tally;
  putOff(reason: Overload): Tally;
}

export interface ReviewLabels {
  readonly kind: string;
  readonly operation: string;
  readonly outcome: ReviewOutcome;
  readonly dryRun: boolean;
}

/** The metrics of admission: controller-runtime's names, which dashboards know, and our own. */
export class AdmissionMetrics {
  /** Reviews that threw. */
  readonly panics: Tally;
  readonly #requests: CounterFamily<"webhook" | "code">;
  readonly #latency: HistogramFamily<"webhook">;
  readonly #inFlight: CounterFamily<"webhook">;
  readonly #reviews: CounterFamily<"kind" | "operation" | "verdict" | "dry_run">;
  readonly #duration: HistogramFamily<"kind" | "operation" | "verdict">;
  readonly #violations: CounterFamily<"rule" | "action">;
  readonly #held: CounterFamily<"webhook" | "verdict">;
  readonly #putOff: CounterFamily<"webhook" | "reason">;
  readonly #kinds: ReadonlySet<string>;

  /** `kinds` and the operations of Kubernetes are the only label values; all others are counted as `other`. */
  constructor(registry: Registry, kinds: Iterable<string>) {
    this.#kinds = new Set(kinds);
    this.#requests = new CounterFamily(registry, {
      name: "controller_runtime_webhook_requests_total",
      help: "Total number of admission requests by HTTP status code.",
      labels: ["webhook", "code"],
    });
    this.#latency = new HistogramFamily(registry, {
      name: "controller_runtime_webhook_latency_seconds",
      help: "Time from the head of an admission request to its answer.",
      labels: ["webhook"],
      upperBounds: LATENCY_BOUNDS,
    });
    this.#inFlight = new CounterFamily(
      registry,
      {
        name: "controller_runtime_webhook_requests_in_flight",
        help: "Current number of admission requests being served.",
        labels: ["webhook"],
      },
      "gauge",
    );
    this.panics = new CounterFamily(registry, {
      name: "controller_runtime_webhook_panics_total",
      help: "Total number of reviews that threw.",
      labels: [],
    }).child();
    this.#reviews = new CounterFamily(registry, {
      name: "gatehouse_admission_reviews_total",
      help: "Total number of reviews by what became of them.",
      labels: ["kind", "operation", "verdict", "dry_run"],
    });
    this.#duration = new HistogramFamily(registry, {
      name: "gatehouse_admission_duration_seconds",
      help: "Time to decode, judge and encode a review, without the network.",
      labels: ["kind", "operation", "verdict"],
      upperBounds: DURATION_BOUNDS,
    });
    this.#violations = new CounterFamily(registry, {
      name: "gatehouse_admission_violations_total",
      help: "Total number of violations in reviews, by rule and by what came of them.",
      labels: ["rule", "action"],
    });
    this.#held = new CounterFamily(registry, {
      name: "gatehouse_admission_held_total",
      help: "Total number of reviews that waited for an absent fact, by what became of them.",
      labels: ["webhook", "verdict"],
    });
    this.#putOff = new CounterFamily(registry, {
      name: "gatehouse_admission_put_off_total",
      help: "Total number of requests that were answered 503 under overload, by what there was too much or too little of.",
      labels: ["webhook", "reason"],
    });
  }

  /** The metrics of one path, with the codes that alerts divide by. */
  webhook(path: string): WebhookMetrics {
    const codes = new Map([200, 500].map((code) => [code, this.#requests.child(path, String(code))]));
    for (const reason of OVERLOADS) this.#putOff.child(path, reason);
    return {
      inFlight: this.#inFlight.child(path),
      latency: this.#latency.child(path),
      answered: (code) => codes.get(code) ?? this.#requests.child(path, String(code)),
      held: (fate) => this.#held.child(path, fate),
      putOff: (reason) => this.#putOff.child(path, reason),
    };
  }

  reviewed({ kind, operation, outcome, dryRun }: ReviewLabels, seconds: number): void {
    const knownKind = this.#kinds.has(kind) ? kind : OTHER;
    const knownOperation = OPERATIONS.has(operation) ? operation : OTHER;
    this.#reviews.child(knownKind, knownOperation, outcome, dryRun ? "true" : "false").value += 1;
    this.#duration.child(knownKind, knownOperation, outcome).observe(seconds);
  }

  /** `rule` and `action` come from our own tables, never from an object. */
  violated(rule: string, action: string): void {
    this.#violations.child(rule, action).value += 1;
  }
}

const OTHER = "other";

const OPERATIONS: ReadonlySet<string> = new Set(["CREATE", "UPDATE", "DELETE", "CONNECT"]);

/** controller-runtime's: 10 ns to 1000 s, by powers of ten. */
const LATENCY_BOUNDS = Array.from({ length: 12 }, (_, power) => Number(`1e${power - 8}`));

/** Seconds. A small review takes 100 µs, a large one 2 ms; 10 s is the API server's own limit. */
const DURATION_BOUNDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
