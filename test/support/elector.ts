/**
 * A process that campaigns for a lease and, while it leads, counts in the
 * ConfigMap of the same name, which must exist. It says what it does in JSON lines.
 * It may serve webhooks too, as Gatehouse does, and then says where.
 * SIGTERM stops it. After SIGUSR2 its next write stops the process (as SIGSTOP)
 * at the worst moment: after the check that it still leads, before the write.
 */
import { parseArgs } from "node:util";
import { type Clock, SYSTEM_CLOCK, sleep } from "#kube/clock.ts";
import { ClusterClient } from "#kube/cluster-client.ts";
import { guardedClient } from "#kube/guarded-client.ts";
import { kubeconfigConnection } from "#kube/kubeconfig.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { LeaderElector } from "#kube/leader-election.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { createLogger } from "#observability/logger.ts";

interface Counter extends Resource {
  readonly data?: { readonly count: string; readonly by: string };
}

const CONFIG_MAPS: ResourceType = {
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  namespaced: true,
};

const { values } = parseArgs({
  options: {
    kubeconfig: { type: "string", default: "" },
    namespace: { type: "string", default: "" },
    /** Of lease and ConfigMap. */
    name: { type: "string", default: "" },
    identity: { type: "string", default: "" },
    /** Lease, renew and retry in milliseconds. */
    times: { type: "string", default: "15000,10000,2000" },
    /** Instead of the kubeconfig's. */
    server: { type: "string", default: "" },
    /** By how much its wall clock is ahead. */
    skew: { type: "string", default: "0" },
    webhooks: { type: "string", default: "no" },
  },
});
/** Between two counts: often enough to be met at any moment, seldom enough for several elections on two cores. */
const COUNTING_MILLISECONDS = 25;

const { kubeconfig, namespace, name, identity } = values;
const [leaseMilliseconds = 0, renewMilliseconds = 0, retryMilliseconds = 0] = values.times.split(",").map(Number);
const clock: Clock = { ...SYSTEM_CLOCK, date: () => new Date(Date.now() + Number(values.skew)) };
const configured = await kubeconfigConnection({ paths: [kubeconfig], clock });
const connection = { ...configured, server: values.server || configured.server };
const stop = new AbortController();
let isToStopBeforeWrite = false;
process.on("SIGTERM", () => stop.abort());
process.on("SIGUSR2", () => void (isToStopBeforeWrite = true));

await using _webhooks = values.webhooks === "yes" ? await serveWebhooks() : undefined;
using leaseClient = new ClusterClient({ connection, clock, userAgent: "elector" });
using client = new ClusterClient({ connection, clock, userAgent: "elector-work" });
const elector = new LeaderElector({
  client: leaseClient,
  lease: { namespace, name },
  identity,
  times: { leaseMilliseconds, renewMilliseconds, retryMilliseconds },
  clock,
  logger: createLogger("error"),
  onNewLeader: (leader) => say({ event: "sees", leader }),
  onStartedLeading: countWhileLeading,
});
const guarded = guardedClient(client, elector);
await elector.run(stop.signal);
say({ event: "ended" });

async function serveWebhooks(): Promise<AsyncDisposable> {
  const { StartedAdmissionServer } = await import("./started-admission-server.ts");
  const started = await StartedAdmissionServer.start();
  say({ event: "serves", port: started.port, authority: started.certificate.certificate });
  return started;
}

async function countWhileLeading(signal: AbortSignal): Promise<void> {
  say({ event: "leads" });
  while (!signal.aborted) {
    try {
      say({ event: "wrote", count: await count(signal) });
    } catch (error) {
      say({ event: "refused", reason: error instanceof KubernetesError ? error.reason : String(error) });
    }
    await sleep(clock, COUNTING_MILLISECONDS, signal).catch(() => undefined);
  }
  say({ event: "stops" });
}

async function count(signal: AbortSignal): Promise<string> {
  const counter = await client.get<Counter>(CONFIG_MAPS, { namespace, name }, { signal });
  const count = String(Number(counter.data?.count ?? 0) + 1);
  const next: Counter = { ...counter, data: { count, by: identity } };
  if (isToStopBeforeWrite && elector.isStillLeader()) {
    isToStopBeforeWrite = false;
    stopOneself();
    await client.update(CONFIG_MAPS, next); // what guardedClient would send, its check being passed
  } else {
    await guarded.update(CONFIG_MAPS, next, { signal });
  }
  return count;
}

function stopOneself(): void {
  const start = performance.now();
  process.kill(process.pid, "SIGSTOP");
  // Another thread may take the signal, so this one goes on for a moment, which must not reach the write.
  while (performance.now() - start < 200);
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
