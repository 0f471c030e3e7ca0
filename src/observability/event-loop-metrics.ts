import { monitorEventLoopDelay } from "node:perf_hooks";
import { Gauge, type Registry } from "prom-client";

/** Milliseconds between two samples of the event loop. */
const RESOLUTION = 10;

const NANOSECONDS_PER_SECOND = 1e9;

/**
 * Publishes how late the event loop ran since the last scrape, since whatever
 * blocks it delays every review. Disposing ends the measurement.
 */
export function eventLoopMetrics(registry: Registry): Disposable {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  const gauge = new Gauge({
    name: "nodejs_eventloop_delay_seconds",
    help: "Delay of the event loop since the last scrape.",
    labelNames: ["quantile"],
    registers: [],
    collect() {
      for (const quantile of [0.5, 0.99, 1]) {
        const nanoseconds = delay.percentile(quantile * 100);
        this.set({ quantile }, Math.max(0, nanoseconds / NANOSECONDS_PER_SECOND - RESOLUTION / 1000));
      }
      delay.reset();
    },
  });
  registry.registerMetric(gauge);
  return { [Symbol.dispose]: () => void delay.disable() };
}
