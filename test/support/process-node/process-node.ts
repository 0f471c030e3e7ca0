import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "prom-client";
import { clusterInformers, informersMetrics } from "#cluster/cluster-informers.ts";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import type { ClusterClient } from "#kube/cluster-client.ts";
import { ControllerLoop } from "#kube/controller-loop.ts";
import { enqueueChanges } from "#kube/enqueue-changes.ts";
import { EventRecorder } from "#kube/events.ts";
import { keyOf, type Resource } from "#kube/resource.ts";
import { WorkQueue } from "#kube/work-queue.ts";
import type { ControlPlaneClient } from "../control-plane/client.ts";
import { clusterHosts, writeHosts } from "./cluster-hosts.ts";
import { CONFIG_MAPS, type ConfigMap, ConfigSources, SECRETS, type Secret } from "./config-sources.ts";
import { SERVICES, type Service } from "./endpoints.ts";
import type { Images } from "./image.ts";
import { Kubelet } from "./kubelet.ts";
import { startLogServer } from "./log-server.ts";
import { nodeClient } from "./node-client.ts";
import { NodeLogs } from "./node-logs.ts";
import { createNode, deleteNode, keepNodeAlive } from "./node-object.ts";
import { PODS, type Pod } from "./pod.ts";
import { PodAddresses } from "./pod-addresses.ts";
import { ServiceProxy } from "./service-proxy.ts";

/** A node of a control plane, whose Pods are processes of this machine. Disposing ends them, and takes their objects away. */
export interface ProcessNode extends AsyncDisposable {
  readonly name: string;
  readonly logs: NodeLogs;
  /** Those of a Pod's containers that run, in their order. */
  processIds(namespace: string, pod: string): readonly number[];
  /** Those with which a Pod's containers ended, once the Pod is gone. */
  exitCodes(namespace: string, pod: string): readonly number[];
}

/**
 * Stands in for scheduler, kubelet, kube-proxy and DNS: every Pod of the cluster
 * that has no node runs here. One node at a time for each control plane.
 */
export async function startProcessNode(plane: ControlPlaneClient, images: Images): Promise<ProcessNode> {
  await using stack = new AsyncDisposableStack();
  if (RUNNING.has(plane.server)) throw new Error("the control plane has a node already, which takes all Pods");
  RUNNING.add(plane.server);
  stack.defer(() => void RUNNING.delete(plane.server));
  const name = `process-node-${randomBytes(3).toString("hex")}`;
  const directory = await mkdtemp(join(tmpdir(), "gatehouse-node-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const client = stack.use(await nodeClient(plane));
  const logs = stack.use(new NodeLogs(join(directory, "logs")));
  const { logger } = logs;

  // What there is.
  const informers = clusterInformers({
    client,
    clock: SYSTEM_CLOCK,
    logger,
    metrics: informersMetrics(new Registry()),
  });
  const pods = informers.informer<Pod>(PODS);
  const services = informers.informer<Service>(SERVICES);
  const configMaps = informers.informer<ConfigMap>(CONFIG_MAPS);
  const secrets = informers.informer<Secret>(SECRETS);
  const events = new EventRecorder({ client, logger, source: { controller: "kubelet", instance: name } });

  // What Pods and the API server find here.
  const hosts = join(directory, "hosts");
  const writeServices = () => writeHosts(hosts, clusterHosts(services.store.list()));
  await writeServices();

  const processIds = (namespace: string, pod: string) => kubelet.processIds(`${namespace}/${pod}`);
  const { hostname: address } = new URL(plane.server); // this control plane's own
  const logServer = stack.use(await startLogServer({ address, fileOf: logs.fileOf.bind(logs), processIds }));
  await createNode(client, name, logServer);
  stack.defer(() => deleteNode(client, name));

  // Scheduler and kubelet.
  const podQueue = new WorkQueue({ name: "pods" });
  const kubelet = new Kubelet({
    node: name,
    client,
    pods: pods.store,
    sources: new ConfigSources(configMaps.store, secrets.store),
    images,
    addresses: new PodAddresses(plane.podRange),
    events,
    directory: join(directory, "pods"),
    logFileOf: ({ metadata }, container) => logs.fileOf(metadata.namespace ?? "", metadata.name, container),
    environment: apiServerVariables(plane),
    mounts: [{ source: hosts, path: "/run/cluster", readOnly: true }],
    enqueue: (key) => podQueue.add(key),
  });
  const podsOfNamespace = ({ metadata: { namespace } }: Resource) =>
    pods.store
      .list()
      .filter(({ metadata }) => metadata.namespace === namespace)
      .map(keyOf);
  pods.addHandler(enqueueChanges(podQueue));
  configMaps.addHandler(enqueueChanges(podQueue, { keysOf: podsOfNamespace }));
  secrets.addHandler(enqueueChanges(podQueue, { keysOf: podsOfNamespace }));

  // kube-proxy.
  const serviceQueue = new WorkQueue({ name: "services" });
  const proxy = stack.use(new ServiceProxy(services.store, pods.store));
  services.addHandler(enqueueChanges(serviceQueue));
  services.addHandler(writeServices);
  pods.addHandler(enqueueChanges(serviceQueue, { keysOf: (pod) => proxy.keysOf(pod) }));

  // All of it at work, and how it ends: no more reconciling, then no more processes, then no more Pods.
  const common = { logger, sources: informers.informers };
  const podLoop = new ControllerLoop({
    ...common,
    name: "pods",
    queue: podQueue,
    concurrency: PODS_AT_ONCE,
    reconcile: (key, { signal }) => kubelet.reconcile(key, signal),
  });
  const serviceLoop = new ControllerLoop({
    ...common,
    name: "services",
    queue: serviceQueue,
    reconcile: (key) => proxy.reconcile(key),
  });

  const stop = new AbortController();
  const running = Promise.all([
    keepNodeAlive(client, name, stop.signal),
    events.run(stop.signal),
    podLoop.run(stop.signal),
    serviceLoop.run(stop.signal),
  ]);
  stack.defer(() => removePods(client, pods.store.list(), name));
  stack.defer(() => kubelet.end());
  stack.defer(async () => {
    stop.abort();
    await running;
    await informers.ended();
  });
  informers.start(stop.signal);
  const started = stack.move();
  return {
    name,
    logs,
    processIds,
    exitCodes: (namespace, pod) => kubelet.exitCodes(`${namespace}/${pod}`),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** The API servers of the planes that have a node: two would give the same addresses to their Pods. */
const RUNNING = new Set<string>();

const PODS_AT_ONCE = 8;

/** As the kubelet sets them, though with the API server's own address: its Service's port needs a right to listen on. */
function apiServerVariables({ server }: ControlPlaneClient): Readonly<Record<string, string>> {
  const { hostname, port } = new URL(server);
  return { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
}

/** Nobody else would: without a node they stay, and their namespaces with them. */
async function removePods(client: ClusterClient, pods: readonly Pod[], node: string): Promise<void> {
  const ours = pods.filter(({ spec }) => spec.nodeName === node);
  const removals = ours.map(({ metadata }) => client.delete(PODS, metadata, { gracePeriodSeconds: 0 }));
  await Promise.allSettled(removals);
}
