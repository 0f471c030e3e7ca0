import type { Registry } from "prom-client";
import { CounterFamily } from "#observability/counter-family.ts";

/** Under client-go's names. */
export class LeaderElectionMetrics {
  readonly #masterStatus: CounterFamily<"name">;
  readonly #slowPaths: CounterFamily<"name">;

  constructor(registry: Registry) {
    this.#masterStatus = new CounterFamily(
      registry,
      {
        name: "leader_election_master_status",
        help: "1 while this process leads by the lease of that name, else 0.",
        labels: ["name"],
      },
      "gauge",
    );
    this.#slowPaths = new CounterFamily(registry, {
      name: "leader_election_slowpath_total",
      help: "Renewals that had to read the lease first, since the optimistic one failed.",
      labels: ["name"],
    });
  }

  /** Makes the series, so that "nobody leads" can be told from "nothing is measured". */
  set(name: string, isLeader: boolean): void {
    this.#masterStatus.child(name).value = isLeader ? 1 : 0;
  }

  slowPath(name: string): void {
    this.#slowPaths.child(name).value += 1;
  }
}
