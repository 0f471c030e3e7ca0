import type { Registry } from "prom-client";
import { CounterFamily } from "./counter-family.ts";

/** What is replaced: the certificate of the servers, or the authority that signs it. */
export type RenewedPart = "leaf" | "authority";

/** What becomes of certificates that an installation makes itself. */
export class RenewalMetrics {
  readonly #renewals: CounterFamily<"part">;
  readonly #publications: CounterFamily<never>;
  readonly #failures: CounterFamily<never>;

  constructor(registry: Registry) {
    this.#renewals = new CounterFamily(registry, {
      name: "gatehouse_certificate_renewals_total",
      help: "Certificates that this process made in the place of others, or as the first, by what they are.",
      labels: ["part"],
    });
    this.#publications = new CounterFamily(registry, {
      name: "gatehouse_certificate_publications_total",
      help: "How often authorities were written into the webhook configurations, repairs included.",
      labels: [],
    });
    this.#failures = new CounterFamily(registry, {
      name: "gatehouse_certificate_renewal_errors_total",
      help: "Attempts to look after certificates that failed; they are tried again.",
      labels: [],
    });
    for (const part of ["leaf", "authority"] as const) this.#renewals.child(part);
    this.#publications.child();
    this.#failures.child();
  }

  renewed(part: RenewedPart): void {
    this.#renewals.child(part).value += 1;
  }

  published(): void {
    this.#publications.child().value += 1;
  }

  failed(): void {
    this.#failures.child().value += 1;
  }
}
