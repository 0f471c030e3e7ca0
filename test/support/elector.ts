/**
 * A process that campaigns for the lease "election" and, while it leads, counts
 * in the ConfigMap "counter", which must exist. It says what it does in JSON lines.
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
    identity: { type: "string", default: "" },
    /** Lease, renew and retry in milliseconds. */
    times: { type: "string", default: "15000,10000,2000" },
    /** Instead of the kubeconfig's. */
    server: { type: "string", default: "" },
    /** By how much its wall clock is ahead. */
    skew: { type: "string", default: "0" },
  },
});
const { kubeconfig, namespace, identity } = values;
const [leaseMilliseconds = 0, renewMilliseconds = 0, retryMilliseconds = 0] = values.times.split(",").map(Number);
const clock: Clock = { ...SYSTEM_CLOCK, date: () => new Date(Date.now() + Number(values.skew)) };
const configured = await kubeconfigConnection({ paths: [kubeconfig], clock });
const connection = { ...configured, server: values.server || configured.server };
const stop = new AbortController();
let isToStopBeforeWrite = false;
process.on("SIGTERM", () => stop.abort());
process.on("SIGUSR2", () => void (isToStopBeforeWrite = true));

using leaseClient = new ClusterClient({ connection, clock, userAgent: "elector" });
using client = new ClusterClient({ connection, clock, userAgent: "elector-work" });
const elector = new LeaderElector({
  client: leaseClient,
  lease: { namespace, name: "election" },
  identity,
  times: { leaseMilliseconds, renewMilliseconds, retryMilliseconds },
  clock,
  logger: createLogger("warn"),
  onNewLeader: (leader) => say({ event: "sees", leader }),
  onStartedLeading: countWhileLeading,
});
const guarded = guardedClient(client, elector);
await elector.run(stop.signal);
say({ event: "ended" });

async function countWhileLeading(signal: AbortSignal): Promise<void> {
  say({ event: "leads" });
  try {
    while (!signal.aborted) {
      const counter = await client.get<Counter>(CONFIG_MAPS, { namespace, name: "counter" }, { signal });
      const count = String(Number(counter.data?.count ?? 0) + 1);
      await write({ ...counter, data: { count, by: identity } }, signal);
      await sleep(clock, 10, signal);
    }
  } finally {
    say({ event: "stops" });
  }
}

async function write(counter: Counter, signal: AbortSignal): Promise<void> {
  try {
    if (isToStopBeforeWrite && elector.isStillLeader()) {
      isToStopBeforeWrite = false;
      stopOneself();
      await client.update(CONFIG_MAPS, counter); // what guardedClient would send, its check being passed
    } else {
      await guarded.update(CONFIG_MAPS, counter, { signal });
    }
    say({ event: "wrote", count: counter.data?.count });
  } catch (error) {
    say({ event: "refused", reason: error instanceof KubernetesError ? error.reason : String(error) });
  }
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
