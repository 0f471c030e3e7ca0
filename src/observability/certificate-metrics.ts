import { Counter, Gauge, type Registry } from "prom-client";

/** controller-runtime's metrics of its certificate watcher, and what alerts need. */
export interface CertificateMetrics {
  readonly reads: { inc(): void };
  readonly errors: { inc(): void };
  /** The certificate in use is valid until then, in milliseconds since the epoch. */
  validUntil: number;
}

export function certificateMetrics(registry: Registry): CertificateMetrics {
  const metrics: CertificateMetrics = {
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
    validUntil: Number.NaN,
  };
  const expiry = new Gauge({
    name: "gatehouse_certificate_expiry_seconds",
    help: "Seconds until the certificate in use expires; negative when it has.",
    registers: [],
    collect() {
      this.set((metrics.validUntil - Date.now()) / 1000);
    },
  });
  registry.registerMetric(expiry);
  return metrics;
}
