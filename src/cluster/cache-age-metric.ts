import { Gauge, type Registry } from "prom-client";

/** A cache, as far as its age is concerned. */
export interface AgingCache {
  readonly kind: string;
  /** Milliseconds by the same clock as `now`; undefined before the first list. */
  readonly heardAt: () => number | undefined;
}

/**
 * How long ago the API server was last heard of, by kind. It says something
 * about once a minute even when nothing changes, so more is an outage. A cache
 * that was never filled has no age, rather than one that looks young.
 */
export function cacheAgeMetric(registry: Registry, caches: readonly AgingCache[], now: () => number): void {
  const gauge = new Gauge({
    name: "gatehouse_cache_age_seconds",
    help: "Seconds since the API server was last heard of, by kind of cached objects; up to about 60 is normal.",
    labelNames: ["kind"],
    registers: [],
    collect() {
      this.reset();
      for (const { kind, heardAt } of caches) {
        const heard = heardAt();
        if (heard !== undefined) this.set({ kind }, Math.max(0, now() - heard) / 1000);
      }
    },
  });
  registry.registerMetric(gauge);
}
