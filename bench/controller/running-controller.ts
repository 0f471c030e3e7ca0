import type { ControlPlaneClient } from "../../test/support/control-plane/client.ts";
import { poll } from "../../test/support/control-plane/poll.ts";
import { startClusterGatehouse } from "../../test/support/gatehouse/cluster-process.ts";
import { processMicroseconds } from "../process-time.ts";

/** `gatehouse serve` as the one controller of a control plane. */
export interface RunningController extends AsyncDisposable {
  /** Returns when at least so many reconciles have ended since the start and nothing is left to do. */
  readonly quiet: (reconciles: number) => Promise<void>;
  /** Seconds of processor time since the start of the process. */
  readonly processorSeconds: () => Promise<number>;
  /** Reconciles of gateways since the start. */
  readonly reconciles: () => Promise<number>;
}

export async function startRunningController(
  { kubeconfig }: ControlPlaneClient,
  secretNamespaces: readonly string[],
): Promise<RunningController> {
  await using stack = new AsyncDisposableStack();
  const options = ["--log-level=info", `--secret-namespaces=${secretNamespaces.join(",")}`];
  const gatehouse = stack.use(await startClusterGatehouse(kubeconfig, options));
  const metric = async (name: string, label = "") =>
    sumOf(await (await fetch(`${gatehouse.plain}/metrics`)).text(), name, label);
  const reconciles = () => metric("controller_runtime_reconcile_total", 'controller="aigatewayconfig"');
  const running = stack.move();
  return {
    reconciles,
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
