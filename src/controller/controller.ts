import { randomUUID } from "node:crypto";
import type { Registry } from "prom-client";
import type { ClusterFacts } from "#cluster/cluster-facts.ts";
import type { InformersMetrics } from "#cluster/cluster-informers.ts";
import type { Client } from "#kube/client.ts";
import type { Clock } from "#kube/clock.ts";
import { EventMetrics } from "#kube/event-metrics.ts";
import { guardedClient } from "#kube/guarded-client.ts";
import type { InformerFactory } from "#kube/informer-factory.ts";
import { LeaderElector } from "#kube/leader-election.ts";
import type { LeaderElectionMetrics } from "#kube/leader-election-metrics.ts";
import type { LeaseClient } from "#kube/lease-lock.ts";
import { ReconcileMetrics } from "#kube/reconcile-metrics.ts";
import { WorkQueueMetrics } from "#kube/work-queue-metrics.ts";
import { DeliveryMetrics } from "#observability/delivery-metrics.ts";
import type { Logger } from "#observability/logger.ts";
import type { FactIndex } from "#policy/fact-index.ts";
import type { ControllerSettings } from "./controller-settings.ts";
import { gatewayCaches } from "./gateway-caches.ts";
import { lead } from "./lead.ts";
import { StatusMetrics } from "./status/status-metrics.ts";
import type { CertificateStanding } from "./status/status-tellers.ts";

/** The cluster as the process sees it anyway. */
export interface ControlledCluster {
  readonly client: Client;
  /** With connections of its own, or a slow list can cost the lease. */
  readonly leaseClient: LeaseClient;
  /** The namespace of the connection, if it names one. */
  readonly namespace: string | undefined;
  readonly facts: FactIndex;
  /** What fills the index; its informers hold whole objects. */
  readonly clusterFacts: ClusterFacts;
  readonly informers: InformerFactory;
  /** Says to gateways, too, who asks. */
  readonly userAgent: string;
}

export interface ControllerOptions {
  readonly settings: ControllerSettings;
  readonly cluster: ControlledCluster;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly informersMetrics: InformersMetrics;
  readonly election: LeaderElectionMetrics;
  /** How the certificate of this process stands with the API server, where somebody looks. */
  readonly certificate?: CertificateStanding | undefined;
}

/** What controllers count, in whichever terms they lead. */
export interface ControllerMetrics {
  readonly queue: WorkQueueMetrics;
  readonly reconcile: ReconcileMetrics;
  readonly event: EventMetrics;
  readonly delivery: DeliveryMetrics;
  readonly informers: InformersMetrics;
  readonly status: StatusMetrics;
}

/**
 * Campaigns for the lease and runs the controllers while it leads, again and again,
 * until the signal aborts and the lease is released. Whoever does not lead keeps its
 * caches warm and serves admission all the same.
 */
export async function runController(options: ControllerOptions, signal: AbortSignal): Promise<void> {
  const { settings, cluster, clock, logger, registry } = options;
  const metrics: ControllerMetrics = {
    queue: new WorkQueueMetrics(registry),
    reconcile: new ReconcileMetrics(registry),
    event: new EventMetrics(registry),
    delivery: new DeliveryMetrics(registry),
    informers: options.informersMetrics,
    status: new StatusMetrics(registry),
  };
  const caches = gatewayCaches(cluster.informers);
  const { namespace = cluster.namespace ?? "default", name } = settings.lease;
  const elector: LeaderElector = new LeaderElector({
    client: cluster.leaseClient,
    lease: { namespace, name },
    identity: `${settings.identity}_${randomUUID()}`,
    clock,
    logger,
    metrics: options.election,
    onStartedLeading: (term) => {
      const client = guardedClient(cluster.client, elector);
      return lead({ ...options, namespace, caches, metrics, client, guard: elector }, term);
    },
  });
  await elector.run(signal);
}
