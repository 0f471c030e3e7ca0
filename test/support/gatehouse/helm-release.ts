import { join } from "node:path";
import type { ControlPlaneClient, OwnNamespace } from "../control-plane/client.ts";
import type { CommandResult } from "../control-plane/command.ts";
import { WITHOUT_GO } from "../control-plane/unavailable.ts";
import type { Images } from "../process-node/image.ts";
import { type ProcessNode, startProcessNode } from "../process-node/process-node.ts";
import { GatehouseDeployment } from "./deployment.ts";
import { gatehouseImage } from "./image.ts";

/** The chart as it lies here. */
export const CHART = join(import.meta.dirname, "../../../charts/webhook");

export interface HelmReleaseOptions {
  /** `gatehouse`, unless there is to be another. */
  readonly name?: string;
  /** One that there is not yet; of a name of its own, unless it is said. */
  readonly namespace?: string;
  /** What else Pods may run on the node, such as gateways. */
  readonly images?: Images;
}

/** What one command of Helm is given. */
export interface HelmOptions {
  /** Values of the chart, nested as in `values.yaml`; an upgrade forgets those of the installation. */
  readonly values?: object;
  /** Folder of the chart, where it is not ours as it lies here. */
  readonly chart?: string;
  /** More flags. */
  readonly flags?: readonly string[];
  /** The exit code that is right, if not 0; `any` lets the caller judge. */
  readonly expect?: number | "any";
}

/**
 * A release of the chart on a process node, made, changed and removed by Helm as
 * its users do it, in a namespace of its own: hooks, waiting and all. The node
 * runs `gatehouse` of any tag as it lies here.
 *
 * Helm refuses CRDs that others have applied, so the plane must be one on which
 * nobody has: `startControlPlane({ certManager: true })`.
 */
export class HelmRelease implements AsyncDisposable {
  readonly name: string;
  readonly namespace: string;
  readonly node: ProcessNode;
  readonly deployment: GatehouseDeployment;
  readonly #plane: ControlPlaneClient;
  readonly #stack: AsyncDisposableStack;

  private constructor(parts: Parts) {
    this.name = parts.name;
    this.namespace = parts.namespace;
    this.node = parts.node;
    this.deployment = new GatehouseDeployment({ ...parts, replicas: 2 });
    this.#plane = parts.plane;
    this.#stack = parts.stack;
  }

  /** Makes the namespace and the node; nothing is installed yet. */
  static async prepare(plane: ControlPlaneClient, options: HelmReleaseOptions = {}): Promise<HelmRelease> {
    await using stack = new AsyncDisposableStack();
    const { name: namespace } = stack.use(await namespaceOf(plane, options.namespace));
    const images = { ...options.images, [IMAGE]: gatehouseImage() };
    const node = stack.use(await startProcessNode(plane, images));
    return new HelmRelease({ plane, node, namespace, name: options.name ?? "gatehouse", stack: stack.move() });
  }

  install(options: HelmOptions = {}): Promise<CommandResult> {
    return this.#withChart("install", options);
  }

  upgrade(options: HelmOptions = {}): Promise<CommandResult> {
    return this.#withChart("upgrade", options);
  }

  /** To the revision before, where none is named. */
  rollback(revision?: number, { flags = [], expect = 0 }: HelmOptions = {}): Promise<CommandResult> {
    const to = revision === undefined ? [] : [String(revision)];
    return this.helm(["rollback", this.name, ...to, ...WAIT, ...flags], { expect });
  }

  uninstall({ flags = [], expect = 0 }: HelmOptions = {}): Promise<CommandResult> {
    return this.helm(["uninstall", this.name, ...WAIT, ...flags], { expect });
  }

  /** Runs the chart's own tests. */
  test({ flags = [], expect = 0 }: HelmOptions = {}): Promise<CommandResult> {
    return this.helm(["test", this.name, TIMEOUT, ...flags], { expect });
  }

  /** Any command of Helm in the release's namespace. Where it fails, the error says what the Pods said. */
  async helm(
    words: readonly string[],
    options: { readonly input?: string; readonly expect?: number | "any" } = {},
  ): Promise<CommandResult> {
    if (this.#plane.helm === undefined) throw new Error(`the chart needs Helm, and ${WITHOUT_GO}`);
    try {
      const scoped = [...words, `--namespace=${this.namespace}`];
      return await this.#plane.helm(scoped, { ...options, within: COMMAND_MILLISECONDS });
    } catch (error) {
      throw new Error(`${words[0]} of ${this.name} failed\n${await this.#whatPodsSaid()}`, { cause: error });
    }
  }

  /** Removes what is installed still, then the node, then the namespace. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.uninstall({ flags: ["--ignore-not-found"] });
    await this.#stack.disposeAsync();
  }

  #withChart(command: "install" | "upgrade", options: HelmOptions): Promise<CommandResult> {
    const { values = {}, chart = CHART, flags = [], expect = 0 } = options;
    const words = [command, this.name, chart, ...WAIT, ...OF_THE_NODE, "--values=-", ...flags];
    return this.helm(words, { input: JSON.stringify(values), expect });
  }

  async #whatPodsSaid(): Promise<string> {
    const words = ["get", "pods,jobs,events", "--output=wide", `--namespace=${this.namespace}`];
    const { stdout, stderr } = await this.#plane.kubectl(words, { expect: "any" });
    return `${stdout}${stderr}${await this.node.logs.ends()}`;
  }
}

async function namespaceOf(plane: ControlPlaneClient, name: string | undefined): Promise<OwnNamespace> {
  if (name === undefined) return plane.createNamespace("gatehouse-system");
  await plane.kubectl(["create", "namespace", name]);
  const remove = async () => void (await plane.kubectl(["delete", "namespace", name, "--wait=false"]));
  return { name, [Symbol.asyncDispose]: remove };
}

interface Parts {
  readonly plane: ControlPlaneClient;
  readonly node: ProcessNode;
  readonly namespace: string;
  readonly name: string;
  readonly stack: AsyncDisposableStack;
}

const IMAGE = "gatehouse";

/** Values without which nothing runs here: the port is above 1024, so that no right is needed to listen on it. */
const OF_THE_NODE = [`--set-json=image.repository="${IMAGE}"`, "--set-json=service.port=8443"];

/** Two processes start one after the other beside whatever else the machine does. */
const TIMEOUT = "--timeout=150s";
const WAIT = ["--wait", TIMEOUT];

/** Helm's own patience with the whole of a command, its hooks and its waiting. */
const COMMAND_MILLISECONDS = 320_000;
