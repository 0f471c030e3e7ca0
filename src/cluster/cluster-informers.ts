import type { Registry } from "prom-client";
import type { Client } from "#kube/client.ts";
import type { Clock } from "#kube/clock.ts";
import { InformerFactory } from "#kube/informer-factory.ts";
import { InformerMetrics } from "#kube/informer-metrics.ts";
import { reflectCluster } from "#kube/reflect-cluster.ts";
import { ReflectorMetrics } from "#kube/reflector-metrics.ts";
import type { Logger } from "#observability/logger.ts";

export interface ClusterInformersOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: InformersMetrics;
  /** Of [0, 1); for tests. */
  readonly random?: () => number;
}

/** What is counted of all informers of one process. */
export interface InformersMetrics {
  readonly informer: InformerMetrics;
  readonly reflector: ReflectorMetrics;
}

export function informersMetrics(registry: Registry): InformersMetrics {
  return { informer: new InformerMetrics(registry), reflector: new ReflectorMetrics(registry) };
}

/** The informers of one process over one cluster. They run once the factory is started. */
export function clusterInformers({ client, clock, logger, metrics, random = Math.random }: ClusterInformersOptions) {
  return new InformerFactory({
    informer: { clock, logger, random, metrics: metrics.informer },
    reflect: reflectCluster({ client, clock, logger, random, metrics: metrics.reflector }),
  });
}
