import { Counter, type Registry } from "prom-client";

/** controller-runtime's metrics of its certificate watcher. */
export interface CertificateMetrics {
  readonly reads: { inc(): void };
  readonly errors: { inc(): void };
}

export function certificateMetrics(registry: Registry): CertificateMetrics {
  return {
    reads: new Counter({
      name: "certwatcher_read_certificate_total",
      help: "Total number of certificate reads.",
      registers: [registry],
    }),
    errors: new Counter({
      name: "certwatcher_read_certificate_errors_total",
      help: "Total number of certificate reads that failed.",
      registers: [registry],
    }),
  };
}
