import type { ControlPlaneClient } from "../control-plane/client.ts";
import { poll } from "../control-plane/poll.ts";
import { isReady, type Pod } from "../process-node/pod.ts";
import type { ProcessNode } from "../process-node/process-node.ts";

export interface DeploymentOptions {
  readonly plane: ControlPlaneClient;
  readonly node: ProcessNode;
  readonly namespace: string;
  readonly name: string;
  /** How many Pods it has while it runs. */
  readonly replicas: number;
}

/** A Pod of Gatehouse that serves. */
export interface GatehousePod {
  readonly name: string;
  readonly processId: number;
  /** URLs of its two ports. */
  readonly admission: string;
  readonly plain: string;
}

/** The chart's Deployment, as somebody with kubectl sees it. */
export class GatehouseDeployment {
  readonly #options: DeploymentOptions;
  /** Names of all Pods that there were. */
  readonly #pods = new Set<string>();

  constructor(options: DeploymentOptions) {
    this.#options = options;
  }

  /** Returns once its Pods are ready. */
  async start(): Promise<void> {
    await this.#scale(this.#options.replicas);
    await this.#rolledOut();
  }

  /** Returns once its Pods have ended. */
  async stop(): Promise<void> {
    const former = await this.#listPods();
    await this.#scale(0);
    await this.#haveGone(former);
  }

  /** A rolling update; returns once the Pods before have ended, with their exit codes. */
  async replace(): Promise<readonly number[]> {
    const { node, namespace, name } = this.#options;
    const former = await this.#listPods();
    await this.#kubectl("rollout", "restart", `deployment/${name}`);
    await this.#rolledOut();
    await this.#haveGone(former);
    return former.flatMap(({ metadata }) => node.exitCodes(namespace, metadata.name));
  }

  /** Returns once it is scaled, and what was too many has ended. */
  async scale(replicas: number): Promise<void> {
    await this.#scale(replicas);
    await this.#rolledOut();
    await this.settled(replicas);
  }

  /** Returns once it has that many Pods, all of them ready, and none that ends. */
  async settled(count: number): Promise<void> {
    await poll(
      `${count} Pods are ready, and no others there`,
      async () => {
        const [all, ready] = [await this.#listPods(), await this.pods()];
        return all.length === count && ready.length === count;
      },
      SETTLING,
    );
  }

  /** Those that are ready and stay. */
  async pods(): Promise<readonly GatehousePod[]> {
    const { node, namespace } = this.#options;
    const serving = (await this.#listPods()).filter((pod) => isReady(pod) && !pod.metadata.deletionTimestamp);
    return serving.map(({ metadata: { name }, status }) => ({
      name,
      processId: node.processIds(namespace, name)[0] ?? 0,
      admission: `https://${status?.podIP}:${PORTS.admission}`,
      plain: `http://${status?.podIP}:${PORTS.plain}`,
    }));
  }

  /** The first of them. */
  async pod(): Promise<GatehousePod> {
    const [pod] = await this.pods();
    if (pod === undefined) throw new Error("no Pod of Gatehouse is ready");
    return pod;
  }

  /** What each of its Pods, also those that are gone, has written. */
  outputs(): readonly string[] {
    const { node, namespace } = this.#options;
    return Array.from(this.#pods, (pod) => node.logs.read(namespace, pod, CONTAINER));
  }

  async #scale(replicas: number): Promise<void> {
    await this.#kubectl("scale", `deployment/${this.#options.name}`, `--replicas=${replicas}`);
  }

  async #rolledOut(): Promise<void> {
    await this.#kubectl("rollout", "status", `deployment/${this.#options.name}`, "--timeout=50s");
    await this.#listPods();
  }

  async #haveGone(former: readonly Pod[]): Promise<void> {
    const names = new Set(former.map(({ metadata }) => metadata.name));
    await poll("the Pods before have ended", async () => {
      return (await this.#listPods()).every(({ metadata }) => !names.has(metadata.name));
    });
  }

  async #listPods(): Promise<readonly Pod[]> {
    const selector = `app.kubernetes.io/name=gatehouse,app.kubernetes.io/instance=${this.#options.name}`;
    const { items } = JSON.parse(await this.#kubectl("get", "pods", "-l", selector, "-o", "json")) as { items: Pod[] };
    for (const { metadata } of items) this.#pods.add(metadata.name);
    return items;
  }

  async #kubectl(...words: readonly string[]): Promise<string> {
    const { plane, namespace } = this.#options;
    return (await plane.kubectl(["--namespace", namespace, ...words])).stdout;
  }
}

/** What was killed several times is started again after a while. */
const SETTLING = { within: 90_000 };

/** As the chart names it. */
const CONTAINER = "gatehouse";

/** As the chart has them. */
const PORTS = { admission: 9443, plain: 8080 };
