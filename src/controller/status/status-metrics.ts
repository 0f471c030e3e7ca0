import { Gauge, type Registry } from "prom-client";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { moment } from "#policy/moment.ts";
import type { ViolationLedger } from "./violation-ledger.ts";

/** What the process that leads knows. */
export interface StatusFigures {
  readonly ledger: ViolationLedger;
  readonly approvals: () => Iterable<ApprovedModel>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What policies have against stored objects, and how long approvals hold, for who collects; of the leader alone. */
export class StatusMetrics {
  #figures: StatusFigures | undefined;

  constructor(registry: Registry) {
    const figures = () => this.#figures;
    registry.registerMetric(
      new Gauge({
        name: "gatehouse_violations",
        help: "Violations in stored objects that a policy asks for; of one in Audit those that it would add.",
        labelNames: ["policy", "rule", "action"],
        registers: [],
        collect() {
          this.reset();
          for (const { count, ...labels } of figures()?.ledger.totals() ?? []) this.set(labels, count);
        },
      }),
    );
    registry.registerMetric(
      new Gauge({
        name: "gatehouse_approval_expiry_seconds",
        help: "Seconds until an ApprovedModel expires; below 0 when it has.",
        labelNames: ["approval"],
        registers: [],
        collect() {
          this.reset();
          const { approvals, now } = figures() ?? NOBODY;
          for (const { metadata, spec } of approvals()) {
            const { state, expiresAt } = spec.lifecycle;
            if (expiresAt === undefined || state === "Proposed" || state === "Retired") continue;
            this.set({ approval: metadata.name ?? "" }, (moment(expiresAt) - now()) / 1000);
          }
        },
      }),
    );
  }

  /** Until disposed of. */
  show(figures: StatusFigures): Disposable {
    this.#figures = figures;
    return {
      [Symbol.dispose]: () => {
        if (this.#figures === figures) this.#figures = undefined;
      },
    };
  }
}

const NOBODY: Pick<StatusFigures, "approvals" | "now"> = { approvals: () => [], now: () => 0 };
