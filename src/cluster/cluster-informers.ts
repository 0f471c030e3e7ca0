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
  readonly registry: Registry;
  /** Of [0, 1); for tests. */
  readonly random?: () => number;
}

/** The informers of one process over one cluster, with their metrics. They run once the factory is started. */
export function clusterInformers({ client, clock, logger, registry, random = Math.random }: ClusterInformersOptions) {
  return new InformerFactory({
    informer: { clock, logger, random, metrics: new InformerMetrics(registry) },
    reflect: reflectCluster({ client, clock, logger, random, metrics: new ReflectorMetrics(registry) }),
  });
}
