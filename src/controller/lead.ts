import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import type { Client } from "#kube/client.ts";
import type { Clock } from "#kube/clock.ts";
import { ControllerLoop } from "#kube/controller-loop.ts";
import { LOW_PRIORITY } from "#kube/enqueue-changes.ts";
import { EventRecorder } from "#kube/events.ts";
import { WorkQueue } from "#kube/work-queue.ts";
import type { Logger } from "#observability/logger.ts";
import type { ControlledCluster, ControllerMetrics } from "./controller.ts";
import type { ControllerSettings } from "./controller-settings.ts";
import { GATEWAYS } from "./gateways.ts";
import { GrantedNamespaces } from "./granted-namespaces.ts";
import { gatewayReconciler } from "./reconcile-gateway.ts";
import { SecretUses } from "./secret-uses.ts";
import { wakeOwners } from "./wake-owners.ts";
import { wakeUps } from "./wake-ups.ts";

export interface LeadOptions {
  readonly settings: ControllerSettings;
  readonly cluster: ControlledCluster;
  /** Writes only while we lead. */
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ControllerMetrics;
}

/** One term as the leader: everything that it starts has ended when it resolves, after the signal has aborted. */
export async function lead(options: LeadOptions, signal: AbortSignal): Promise<void> {
  const { settings, cluster, client, clock, logger, metrics } = options;
  const { facts, clusterFacts, informers } = cluster;
  const gateways = informers.informer<FactObject>(GATEWAYS).store;
  const queue = new WorkQueue({ name: "aigatewayconfig", clock, metrics: metrics.queue });
  const sources = { facts, secretUses: new SecretUses(), allGateways: () => gateways.keys() };

  const granted = new GrantedNamespaces({
    client: cluster.client,
    secretNamespaces: settings.secretNamespaces,
    deploymentNamespaces: [...new Set([...settings.rolloutNamespaces, ...settings.managedNamespaces])],
    serviceNamespaces: settings.managedNamespaces,
    onGrant: (namespace) => {
      for (const name of facts.objectsIn(namespace).names("AIGatewayConfig")) queue.add(`${namespace}/${name}`);
    },
    onChange: wakeOwners(queue, sources.secretUses),
    clock,
    logger,
    metrics: metrics.informers,
  });

  using _wakeUps = clusterFacts.follow(wakeUps(queue, sources));
  for (const key of gateways.keys()) queue.add(key, { priority: LOW_PRIORITY });

  const events = new EventRecorder({
    client: cluster.client, // its updates of a series carry no resource version, and can do no harm
    source: { controller: settings.controllerName, instance: settings.identity },
    logger,
    clock,
    metrics: metrics.event,
  });
  const loop = new ControllerLoop({
    name: "aigatewayconfig",
    reconcile: gatewayReconciler({
      gateway: (key) => gateways.get(key) as AIGatewayConfig | undefined,
      scope: settings,
      client,
      facts,
      granted,
      secretUses: sources.secretUses,
      events,
      clock,
    }),
    queue,
    sources: clusterFacts.sources,
    concurrency: CONCURRENCY,
    logger,
    clock,
    metrics: metrics.reconcile,
  });
  await Promise.all([loop.run(signal), granted.run(signal), events.run(signal)]);
}

/** Most of the time a reconcile waits for a gateway, and a slow one must not hold up the others. */
const CONCURRENCY = 16;
