import type { ClusterFacts } from "#cluster/cluster-facts.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import type { Client } from "#kube/client.ts";
import type { Clock } from "#kube/clock.ts";
import { ControllerLoop } from "#kube/controller-loop.ts";
import { LOW_PRIORITY } from "#kube/enqueue-changes.ts";
import type { ReconcileMetrics } from "#kube/reconcile-metrics.ts";
import type { StoreReader } from "#kube/store.ts";
import { WorkQueue } from "#kube/work-queue.ts";
import type { WorkQueueMetrics } from "#kube/work-queue-metrics.ts";
import type { Logger } from "#observability/logger.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import type { GatewayCaches } from "../gateway-caches.ts";
import { ClassHolder } from "./class-holder.ts";
import { ClassNeeds } from "./class-needs.ts";
import { classReconciler } from "./class-reconciler.ts";
import { classWakeUps } from "./class-wake-ups.ts";

export interface ClassKeeperOptions {
  /** Writes only while we lead. */
  readonly client: Client;
  readonly controllerName: string;
  readonly clusterFacts: Pick<ClusterFacts, "follow" | "sources">;
  /** As they are stored. */
  readonly classes: StoreReader<FactObject>;
  readonly caches: Pick<GatewayCaches, "keptOfClass">;
  readonly lookup: Pick<PolicyLookup, "defaultGatewayClass">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: { readonly queue: WorkQueueMetrics; readonly reconcile: ReconcileMetrics };
}

/** Has each class stay for as long as a gateway of it could not be emptied without it, and no longer. */
export class ClassKeeper {
  readonly needs: ClassNeeds;
  /** For whoever gives gateways their finalizer. */
  readonly holder: ClassHolder;
  readonly #options: ClassKeeperOptions;

  constructor(options: ClassKeeperOptions) {
    this.#options = options;
    this.needs = new ClassNeeds(options);
    this.holder = new ClassHolder({ ...options, needs: this.needs });
  }

  /** Until the signal aborts. Once. */
  async run(signal: AbortSignal): Promise<void> {
    const { clusterFacts, classes, lookup, clock, logger, metrics } = this.#options;
    const { needs } = this;
    const queue = new WorkQueue({ name: NAME, clock, metrics: metrics.queue });
    const loop = new ControllerLoop({
      name: NAME,
      reconcile: classReconciler({ ...this.#options, needs }),
      queue,
      sources: clusterFacts.sources,
      logger,
      clock,
      metrics: metrics.reconcile,
    });
    using _following = clusterFacts.follow(classWakeUps({ queue, needs, lookup }));
    for (const name of classes.keys()) queue.add(name, { priority: LOW_PRIORITY });
    await loop.run(signal);
  }
}

/** In metrics and logs, beside `aigatewayclass`, which tells of the same objects. */
const NAME = "aigatewayclass-finalizer";
