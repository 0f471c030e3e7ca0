import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "#kube/client.ts";
import type { EventRecorder } from "#kube/events.ts";
import { isNotFound } from "#kube/kubernetes-error.ts";
import { DONE, type ReconcileResult, retryAfter } from "#kube/reconcile-result.ts";
import type { Resource } from "#kube/resource.ts";
import type { StoreReader } from "#kube/store.ts";
import type { ConfigSources } from "./config-sources.ts";
import type { Mount } from "./container-command.ts";
import type { Report } from "./container-run.ts";
import type { Images } from "./image.ts";
import { PODS, type Pod } from "./pod.ts";
import type { PodAddresses } from "./pod-addresses.ts";
import { DEFAULT_GRACE_SECONDS, PodLife } from "./pod-life.ts";
import { type Observation, podStatus } from "./pod-status.ts";
import { PodVolumes } from "./pod-volumes.ts";
import { ServiceAccountTokens } from "./service-account-tokens.ts";

export interface KubeletOptions {
  readonly node: string;
  readonly client: Client;
  readonly pods: StoreReader<Pod>;
  readonly sources: ConfigSources;
  readonly images: Images;
  readonly addresses: PodAddresses;
  readonly events: EventRecorder;
  /** For the volumes of Pods and the roots of their containers. */
  readonly directory: string;
  readonly logFileOf: (pod: Pod, container: string) => string;
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  /** Asks for a Pod to be reconciled. */
  readonly enqueue: (key: string) => void;
}

/** Scheduler and kubelet of a node: takes every Pod that nobody has, and brings its life to what the Pod says. */
export class Kubelet {
  readonly #options: KubeletOptions;
  readonly #tended = new Map<string, TendedPod>();
  readonly #exitCodes = new Map<string, readonly number[]>();

  constructor(options: KubeletOptions) {
    this.#options = options;
  }

  /** The process ids of those containers of a Pod that run. */
  processIds(key: string): readonly number[] {
    return this.#tended.get(key)?.life.processIds ?? [];
  }

  /** Those with which the containers of a Pod that is gone have ended. */
  exitCodes(key: string): readonly number[] {
    return this.#exitCodes.get(key) ?? [];
  }

  async reconcile(key: string, signal: AbortSignal): Promise<ReconcileResult> {
    const pod = this.#options.pods.get(key);
    const known = this.#tended.get(key);
    if (known && known.life.uid !== pod?.metadata.uid) await this.#forget(key, known);
    if (!pod) return DONE;
    if (pod.spec.nodeName === undefined) return this.#bind(pod, signal);
    if (pod.spec.nodeName !== this.#options.node) return DONE;
    return this.#tend(key, pod, signal);
  }

  /** Ends all that runs, at once. */
  async end(): Promise<void> {
    await Promise.all(Array.from(this.#tended, ([key, tended]) => this.#forget(key, tended)));
  }

  async #bind({ metadata }: Pod, signal: AbortSignal): Promise<ReconcileResult> {
    const { namespace = "", name, uid = "", deletionTimestamp } = metadata;
    if (deletionTimestamp !== undefined) return DONE;
    const target = { apiVersion: "v1", kind: "Node", name: this.#options.node };
    const binding: Binding = { metadata: { namespace, name, uid }, target };
    await this.#options.client.create(PODS, binding, { subresource: "binding", signal });
    return DONE;
  }

  async #tend(key: string, pod: Pod, signal: AbortSignal): Promise<ReconcileResult> {
    const { deletionTimestamp, deletionGracePeriodSeconds = DEFAULT_GRACE_SECONDS } = pod.metadata;
    const tended = this.#tended.get(key) ?? this.#begin(key, pod);
    const { life, tokens } = tended;
    if (deletionTimestamp !== undefined) {
      void life.end(deletionGracePeriodSeconds);
      await this.#writeStatus(pod, tended, signal);
      if (life.isOver) await this.#remove(pod, signal);
      return DONE;
    }
    const isMounted = await life.refreshVolumes();
    await this.#writeStatus(pod, tended, signal);
    return retryAfter(isMounted ? tokens.milliseconds : MOUNT_RETRY_MILLISECONDS);
  }

  #begin(key: string, pod: Pod): TendedPod {
    const { addresses, client, logFileOf } = this.#options;
    const directory = join(this.#options.directory, pod.metadata.uid ?? "");
    const address = addresses.take();
    const tokens = new ServiceAccountTokens({ client, pod });
    const token = tokens.token.bind(tokens);
    const volumes = new PodVolumes(join(directory, "volumes"), { ...this.#options, pod, address, token });
    const context = {
      ...this.#options,
      pod,
      address,
      volumes,
      directory,
      logFileOf: (container: string) => logFileOf(pod, container),
    };
    const life = new PodLife(context, this.#reportOf(key, pod));
    const tended = { life, tokens, address, directory, written: undefined };
    this.#tended.set(key, tended);
    return tended;
  }

  #reportOf(key: string, pod: Pod): Report {
    const regarding = { ...pod, apiVersion: "v1", kind: "Pod" };
    const { enqueue, events } = this.#options;
    return {
      changed: () => enqueue(key),
      warn: (warning) => events.record(regarding, { type: "Warning", ...warning }),
    };
  }

  async #writeStatus(pod: Pod, tended: TendedPod, signal: AbortSignal): Promise<void> {
    const { namespace = "", name, uid = "" } = pod.metadata;
    const { life, written } = tended;
    const status = podStatus(life.observation, written?.conditions ?? [], new Date());
    if (JSON.stringify(status) === JSON.stringify(written)) return;
    const object = { apiVersion: "v1", kind: "Pod", metadata: { namespace, name, uid }, status };
    const patch = { kind: "apply", object, fieldManager: "kubelet", force: true } as const;
    await this.#options.client.patch(PODS, pod.metadata, patch, { subresource: "status", signal }).catch(unlessGone);
    tended.written = status;
  }

  async #remove({ metadata }: Pod, signal: AbortSignal): Promise<void> {
    const { uid = "" } = metadata;
    const options = { gracePeriodSeconds: 0, preconditions: { uid }, signal };
    await this.#options.client.delete(PODS, metadata, options).catch(unlessGone);
  }

  async #forget(key: string, { life, address, directory }: TendedPod): Promise<void> {
    await life.end(0);
    this.#tended.delete(key);
    this.#exitCodes.set(key, exitCodesOf(life.observation));
    this.#options.addresses.giveBack(address);
    await rm(directory, { recursive: true, force: true });
  }
}

interface TendedPod {
  readonly life: PodLife;
  readonly tokens: ServiceAccountTokens;
  readonly address: string;
  readonly directory: string;
  /** The status that was reported last. */
  written: ReturnType<typeof podStatus> | undefined;
}

interface Binding extends Resource {
  readonly target: object;
}

/** Until what a volume lacks is looked for again; that it comes is noticed at once. */
const MOUNT_RETRY_MILLISECONDS = 1_000;

function exitCodesOf({ containers }: Observation): readonly number[] {
  return containers.flatMap(({ state }) => state.terminated?.exitCode ?? []);
}

function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
