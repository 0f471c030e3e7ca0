import type { Clock } from "#kube/clock.ts";
import { ExponentialBackoff } from "#kube/rate-limiter.ts";
import { WorkQueue } from "#kube/work-queue.ts";
import type { WorkQueueMetrics } from "#kube/work-queue-metrics.ts";

/** In metrics and logs. */
export const GATEWAY_CONTROLLER = "aigatewayconfig";

/** The gateways that need a look, by `namespace/name`; one that fails is looked at less and less often. */
export function gatewayQueue(clock: Clock, metrics: WorkQueueMetrics): WorkQueue {
  return new WorkQueue({
    name: GATEWAY_CONTROLLER,
    clock,
    metrics,
    rateLimiter: new ExponentialBackoff({ firstMilliseconds: 5, longestMilliseconds: LONGEST_BACKOFF_MILLISECONDS }),
  });
}

/** A gateway that comes back after an hour has its configuration within a minute; client-go waits for up to 1000 s. */
const LONGEST_BACKOFF_MILLISECONDS = 60_000;
