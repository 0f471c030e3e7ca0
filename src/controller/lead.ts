import { fieldManagerOf } from "#api/controller-names.ts";
import type { Client } from "#kube/client.ts";
import type { Clock } from "#kube/clock.ts";
import { ControllerLoop } from "#kube/controller-loop.ts";
import { LOW_PRIORITY } from "#kube/enqueue-changes.ts";
import { EventRecorder } from "#kube/events.ts";
import type { WriteGuard } from "#kube/guarded-client.ts";
import type { WorkQueue } from "#kube/work-queue.ts";
import type { Logger } from "#observability/logger.ts";
import { GatewayClient } from "./admin/gateway-client.ts";
import { withCachedReads } from "./cached-reads.ts";
import { claimedPlaces } from "./claimed-places.ts";
import { ClassKeeper } from "./classes/class-keeper.ts";
import type { ControlledCluster, ControllerMetrics } from "./controller.ts";
import type { ControllerSettings } from "./controller-settings.ts";
import { placeOf } from "./delivery/delivery-target.ts";
import { factStores } from "./fact-stores.ts";
import type { GatewayCaches } from "./gateway-caches.ts";
import { gatewayPorts } from "./gateway-effects.ts";
import type { GatewayPlaces } from "./gateway-places.ts";
import { GATEWAY_CONTROLLER, gatewayQueue } from "./gateway-queue.ts";
import { gatewaysOfPod } from "./gateways-of-pod.ts";
import { GrantedNamespaces } from "./granted-namespaces.ts";
import { OwnedByNamespace } from "./owned-by-namespace.ts";
import { gatewayReconciler } from "./reconcile-gateway.ts";
import { SecretUses } from "./secret-uses.ts";
import { Settling } from "./settling.ts";
import { StatusControllers } from "./status/status-controllers.ts";
import type { CertificateStanding } from "./status/status-tellers.ts";
import { voiceOn } from "./status/whose-parts.ts";
import { wakeOwners } from "./wake-owners.ts";
import { wakeUps } from "./wake-ups.ts";

export interface LeadOptions {
  readonly settings: ControllerSettings;
  /** Our own. */
  readonly namespace: string;
  readonly cluster: ControlledCluster;
  readonly caches: GatewayCaches;
  /** Writes only while we lead. */
  readonly client: Client;
  /** Who says whether we do. */
  readonly guard: WriteGuard;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ControllerMetrics;
  /** See ControllerOptions. */
  readonly certificate?: CertificateStanding | undefined;
}

/** One term as the leader: everything that it starts has ended when it resolves, after the signal has aborted. */
export async function lead(options: LeadOptions, signal: AbortSignal): Promise<void> {
  const { settings, cluster, caches, client, clock, logger, metrics } = options;
  const { facts, clusterFacts } = cluster;
  const secretUses = new SecretUses();
  const queue = gatewayQueue(clock, metrics.queue);
  const events = new EventRecorder({
    client: cluster.client, // its updates of a series carry no resource version, and can do no harm
    source: { controller: settings.controllerName, instance: settings.identity },
    logger,
    clock,
    metrics: metrics.event,
  });

  const { places, claimAnew } = claimedPlaces(caches, settings, facts);
  const granted = grantedNamespaces(options, queue, { secretUses, places });
  const sources = { facts, secretUses, allGateways: () => caches.gateways() };
  using _wakeUps = clusterFacts.follow(wakeUps(queue, sources, claimAnew));
  for (const key of caches.gateways()) queue.add(key, { priority: LOW_PRIORITY });

  const stores = factStores(cluster.informers);
  const keeper = new ClassKeeper({
    client,
    controllerName: settings.controllerName,
    clusterFacts,
    classes: stores("AIGatewayClass"),
    caches,
    lookup: facts,
    clock,
    logger,
    metrics,
  });
  const statuses = new StatusControllers({
    facts,
    clusterFacts,
    controllerName: settings.controllerName,
    fieldManager: fieldManagerOf(settings.controllerName),
    client,
    events,
    stores,
    sources: clusterFacts.sources,
    neededBy: (className) => keeper.needs.gatewaysOf(className),
    certificate: options.certificate,
    voiceOn: (kind, object) => voiceOn(kind, object, { scope: settings, facts, caches, sources }),
    clock,
    logger,
    metrics,
    figures: metrics.status,
  });
  const waiting = new Set<string>();
  using _waiting = metrics.delivery.showWaiting(waiting);
  const ports = gatewayPorts({
    client: withCachedReads(client, granted),
    settings,
    namespace: options.namespace,
    gatewayClient: new GatewayClient({
      clock,
      userAgent: cluster.userAgent,
      metrics: metrics.delivery,
      guard: options.guard,
    }),
    classes: keeper.holder,
    pods: granted.pods,
    madeFor: (gateway) => granted.madeFor(gateway),
    takenBy: (key) => places.takenBy(key),
    isTerminating: (namespace) => facts.isTerminating(namespace),
    events,
    partReports: statuses.partReports,
    waiting,
    metrics: metrics.delivery,
    clock,
  });
  const settling = new Settling(clock);
  const loop = new ControllerLoop({
    name: GATEWAY_CONTROLLER,
    reconcile: gatewayReconciler({
      scope: settings,
      facts,
      caches,
      granted,
      places,
      secretUses,
      settling,
      ports,
      clock,
    }),
    queue,
    sources: [...clusterFacts.sources, granted.settled],
    concurrency: CONCURRENCY,
    logger,
    clock,
    metrics: metrics.reconcile,
  });
  const { namespace } = options;
  const owned = new OwnedByNamespace({ client, namespace, objects: settings.clusterObjects, clock, logger });
  const parts = [loop, keeper, statuses, granted, events, owned];
  await Promise.all(parts.map((part) => part.run(signal)));
}

/** Most of the time a reconcile waits for others, and a slow one must not hold up the rest. */
const CONCURRENCY = 16;

function grantedNamespaces(
  { settings, cluster, clock, logger, metrics }: LeadOptions,
  queue: WorkQueue,
  { secretUses, places }: { readonly secretUses: SecretUses; readonly places: GatewayPlaces },
): GrantedNamespaces {
  const { secretNamespaces, rolloutNamespaces, managedNamespaces } = settings;
  return new GrantedNamespaces({
    client: cluster.client,
    secretNamespaces,
    restartNamespaces: rolloutNamespaces,
    managedNamespaces,
    onGrant: (namespace) => {
      for (const name of cluster.facts.objectsIn(namespace).names("AIGatewayConfig"))
        queue.add(`${namespace}/${name}`, { priority: LOW_PRIORITY });
    },
    onChange: wakeOwners(queue, {
      secretUses,
      gatewaysOfPod: (pod) => gatewaysOfPod(pod, cluster.facts),
      claimantsOf: (type, { metadata }) => places.claimantsOf(placeOf(type, metadata)),
    }),
    clock,
    logger,
    metrics: metrics.informers,
  });
}
