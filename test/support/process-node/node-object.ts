import type { Client } from "#kube/client.ts";
import { type Clock, SYSTEM_CLOCK, sleep } from "#kube/clock.ts";
import { LEASES } from "#kube/lease.ts";
import { microTime, wholeSecondsTime } from "#kube/micro-time.ts";
import type { Resource } from "#kube/resource.ts";

/** Makes a Node that is ready, with its address and port for the API server. */
export async function createNode(client: Client, name: string, { address, port }: NodeEndpoint): Promise<void> {
  const labels = { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux" };
  await client.create(NODES, { apiVersion: "v1", kind: "Node", metadata: { name, labels } });
  const now = wholeSecondsTime(new Date());
  const ready = {
    type: "Ready",
    status: "True",
    reason: "KubeletReady",
    message: "Pods are processes",
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  };
  const status = {
    capacity: CAPACITY,
    allocatable: CAPACITY,
    conditions: [ready],
    addresses: [{ type: "InternalIP", address }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  };
  await client.patch(NODES, { name }, { kind: "merge", document: { status } }, { subresource: "status" });
}

export interface NodeEndpoint {
  readonly address: string;
  readonly port: number;
}

/** Renews the node's lease until the signal aborts: without it the controller manager would evict its Pods. */
export async function keepNodeAlive(
  client: Client,
  name: string,
  signal: AbortSignal,
  clock: Clock = SYSTEM_CLOCK,
): Promise<void> {
  while (!signal.aborted) {
    const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: microTime(clock.date()) };
    const metadata = { name, namespace: "kube-node-lease" };
    const object = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec };
    const patch = { kind: "apply", object, fieldManager: "kubelet", force: true } as const;
    await client.patch(LEASES, metadata, patch, { signal }).catch(() => undefined); // the next may come in time
    await sleep(clock, HEARTBEAT_MILLISECONDS, signal).catch(() => undefined); // the loop sees the abort
  }
}

export async function deleteNode(client: Client, name: string): Promise<void> {
  await client.delete(NODES, { name });
}

const NODES = { group: "", version: "v1", kind: "Node", plural: "nodes", namespaced: false };

/** As many as there are addresses. */
const CAPACITY: Resource["metadata"]["labels"] = { pods: "254", cpu: "64", memory: "256Gi" };

/** The kubelet's; the controller manager gives a node 50 s. */
const HEARTBEAT_MILLISECONDS = 10_000;
