import type { ConnectionOptions } from "node:tls";
import type { ControlPlaneClient } from "../../test/support/control-plane/client.ts";
import { poll } from "../../test/support/control-plane/poll.ts";
import { startClusterGatehouse } from "../../test/support/gatehouse/cluster-process.ts";
import { moveToFirstProcessor } from "../peer-process.ts";
import { processMicroseconds, residentMebibytes } from "../process-time.ts";

/** `gatehouse serve` as the one controller of a control plane, on a processor of its own where there are two. */
export interface RunningController extends AsyncDisposable {
  /** Returns when it has read everything. */
  readonly ready: () => Promise<void>;
  /** Returns when at least so many reconciles have ended since the start and nothing is left to do. */
  readonly quiet: (reconciles: number) => Promise<void>;
  /** Seconds of processor time since the start of the process. */
  readonly processorSeconds: () => Promise<number>;
  /** Reconciles of gateways since the start. */
  readonly reconciles: () => Promise<number>;
  /** Where it answers reviews. */
  readonly admission: ConnectionOptions;
  /** The longest time that its event loop stood still since this was asked before, in milliseconds. */
  readonly longestStall: () => Promise<number>;
  /** Mebibytes of memory that it has. */
  readonly memory: () => Promise<number>;
}

export async function startRunningController(
  { kubeconfig }: ControlPlaneClient,
  secretNamespaces: readonly string[],
): Promise<RunningController> {
  await using stack = new AsyncDisposableStack();
  const options = ["--log-level=info", `--secret-namespaces=${secretNamespaces.join(",")}`];
  const gatehouse = stack.use(await startClusterGatehouse(kubeconfig, options, "reading the cluster"));
  moveToFirstProcessor(gatehouse.processId);
  let longestStall = 0;
  const metric = async (name: string, label = "") => {
    const metrics = await (await fetch(`${gatehouse.plain}/metrics`)).text();
    // Who asks for metrics begins it anew.
    longestStall = Math.max(longestStall, sumOf(metrics, "nodejs_eventloop_delay_seconds", 'quantile="1"') * 1000);
    return sumOf(metrics, name, label);
  };
  const reconciles = () => metric("controller_runtime_reconcile_total", 'controller="aigatewayconfig"');
  const running = stack.move();
  return {
    reconciles,
    admission: { host: "127.0.0.1", port: Number(new URL(gatehouse.admission).port), rejectUnauthorized: false },
    longestStall: async () => {
      await metric("");
      const longest = longestStall;
      longestStall = 0;
      return longest;
    },
    memory: () => residentMebibytes(gatehouse.processId),
    ready: async () => {
      await poll("it is ready", async () => (await fetch(`${gatehouse.plain}/readyz`)).ok, {
        within: LONGEST_MILLISECONDS,
      });
    },
    quiet: async (wanted) => {
      let before = -1;
      await poll(
        `${wanted} reconciles are over`,
        async () => {
          const [done, depth, active] = await Promise.all([
            reconciles(),
            metric("workqueue_depth"),
            metric("controller_runtime_active_workers"),
          ]);
          const isQuiet = done >= wanted && depth === 0 && active === 0 && done === before;
          before = done;
          await new Promise((resolve) => void setTimeout(resolve, LOOK_MILLISECONDS));
          return isQuiet;
        },
        { within: LONGEST_MILLISECONDS },
      );
    },
    processorSeconds: async () => (await processMicroseconds(gatehouse.processId)) / 1e6,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Twice the same number this far apart is quiet: longer than changes settle for. */
const LOOK_MILLISECONDS = 500;

/** For a first delivery of all gateways, each of which takes half a dozen requests. */
const LONGEST_MILLISECONDS = 20 * 60_000;

/** The sum of all series of a metric, or of those with a label. */
function sumOf(metrics: string, name: string, label: string): number {
  return metrics
    .split("\n")
    .filter((line) => (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && line.includes(label))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
