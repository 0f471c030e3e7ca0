import type { InformersMetrics } from "#cluster/cluster-informers.ts";
import type { Change } from "#kube/change.ts";
import type { Client } from "#kube/client.ts";
import type { Clock } from "#kube/clock.ts";
import { InformerFactory, type Watched } from "#kube/informer-factory.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { Reflector } from "#kube/reflector.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import type { Reflect, SharedInformer } from "#kube/shared-informer.ts";
import type { StoreReader } from "#kube/store.ts";
import type { SyncSource } from "#kube/sync.ts";
import type { Transform } from "#kube/transform.ts";
import type { Logger } from "#observability/logger.ts";
import { CONFIG_MAPS, configMapToKeep, DEPLOYMENTS, PODS, SECRETS, SERVICES } from "./delivered-objects.ts";
import type { MadeObject } from "./delivery/former-objects.ts";
import { MadeObjects } from "./made-objects.ts";
import { informedPods, PODS_BY_NAMESPACE, type PodSource, withoutPodSpec } from "./verification/gateway-pods.ts";

/** Whether Secrets, ConfigMaps and Pods of a namespace may be read; `unknown` until it has been tried. */
export type Grant = "granted" | "refused" | "unknown";

export interface GrantedNamespacesOptions {
  readonly client: Client;
  /** Those whose Secrets may be read, and in which is delivered. */
  readonly secretNamespaces: readonly string[];
  /** Those in which Deployments are restarted. */
  readonly restartNamespaces: readonly string[];
  /** Those in which Deployments and Services of gateways are made. */
  readonly managedNamespaces: readonly string[];
  /** What may be read in a namespace has changed. */
  readonly onGrant: (namespace: string) => void;
  readonly onChange: (type: ResourceType, change: Change<Resource>) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: InformersMetrics;
}

/**
 * Secrets, ConfigMaps and Pods, and what gateways run in, of the namespaces in which the
 * controller was given rights, one watch for each and kind. Nobody waits for them:
 * a right that is missing concerns its namespace alone, and is asked for again.
 */
export class GrantedNamespaces {
  readonly #options: GrantedNamespacesOptions;
  readonly #informers: InformerFactory;
  readonly #grants = new Map<string, NamespaceGrant>();
  readonly #made = new MadeObjects();
  /** Deployments and Services of namespaces, of which nobody knows yet whether they may be read. */
  readonly #unknown = new Set<string>();
  readonly #settled = Promise.withResolvers<void>();
  #hasSettled = false;

  constructor(options: GrantedNamespacesOptions) {
    const { clock, logger, metrics } = options;
    this.#options = options;
    this.#informers = new InformerFactory({
      informer: { clock, logger, metrics: metrics.informer },
      reflect: (watched) => this.#reflect(watched),
    });
    for (const namespace of options.secretNamespaces) {
      const secrets = this.#watchMade(SECRETS, namespace).store;
      const configMaps = this.#watchMade(CONFIG_MAPS, namespace).store;
      const pods = this.#watch(PODS, namespace);
      pods.addIndexer(PODS_BY_NAMESPACE);
      const stores = { secrets, configMaps, pods: informedPods(pods.store) };
      this.#grants.set(namespace, { ...stores, synced: new Set(), refused: new Set() });
    }
    for (const namespace of options.restartNamespaces)
      if (!options.managedNamespaces.includes(namespace)) this.#watch(DEPLOYMENTS, namespace);
    for (const namespace of options.managedNamespaces) {
      for (const type of MANAGED_TYPES) {
        this.#unknown.add(keyOf(type, namespace));
        this.#watchMade(type, namespace);
      }
    }
  }

  grantOf(namespace: string): Grant {
    const grant = this.#grants.get(namespace);
    if (!grant || grant.refused.size > 0) return "refused";
    return grant.synced.size === GRANTED_TYPES.length ? "granted" : "unknown";
  }

  /** The Secrets of a namespace that is granted. */
  secrets(namespace: string): StoreReader<Resource> | undefined {
    return this.grantOf(namespace) === "granted" ? this.#grants.get(namespace)?.secrets : undefined;
  }

  /** The ConfigMaps of a namespace that is granted; of those that are not ours only the metadata. */
  configMaps(namespace: string): StoreReader<Resource> | undefined {
    return this.grantOf(namespace) === "granted" ? this.#grants.get(namespace)?.configMaps : undefined;
  }

  /** What a gateway controls, of the kinds that may be made in its namespace; nothing in one that is not granted. */
  madeFor(gateway: Resource): readonly MadeObject[] {
    return this.grantOf(gateway.metadata.namespace ?? "") === "granted" ? this.#made.of(gateway) : [];
  }

  /** The ready Pods of gateways; none in a namespace that is not granted. */
  readonly pods: PodSource = {
    ready: (gateway, selector) => this.#grants.get(gateway.namespace)?.pods.ready(gateway, selector) ?? [],
  };

  /** Each namespace is known to be granted or refused, or has had its time, so that no gateway is looked at twice. */
  get settled(): SyncSource {
    const hasSettled = () => this.#hasSettled;
    return {
      name: "grants",
      get hasSynced() {
        return hasSettled();
      },
      synced: this.#settled.promise,
    };
  }

  /** Watches until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    this.#informers.start(signal);
    using _patience = this.#options.clock.after(PATIENCE_MILLISECONDS, () => this.#settle());
    this.#settleIfKnown();
    await this.#informers.ended();
  }

  #settleIfKnown(): void {
    if (this.#unknown.size > 0) return;
    if (Array.from(this.#grants.keys()).every((namespace) => this.grantOf(namespace) !== "unknown")) this.#settle();
  }

  #settle(): void {
    this.#hasSettled = true;
    this.#settled.resolve();
  }

  #watchMade(type: ResourceType, namespace: string): SharedInformer<Resource> {
    const informer = this.#watch(type, namespace);
    this.#made.add(type, namespace, informer);
    return informer;
  }

  #watch(type: ResourceType, namespace: string): SharedInformer<Resource> {
    const content = GRANTED_TYPES.includes(type) ? "whole" : "metadata";
    const transform = TRANSFORMS.get(type);
    const informer = this.#informers.informer<Resource>(type, {
      selection: { namespace },
      content,
      ...(transform && { transform }),
    });
    const told = informer.addHandler((change) => this.#options.onChange(type, change), { name: "gateways" });
    void told.synced.then(() => this.#note(type, namespace, "synced"));
    return informer;
  }

  #reflect<R extends Resource>({ content, ...watched }: Watched): Reflect<R> {
    const { client, clock, logger, metrics } = this.#options;
    const { type, selection } = watched;
    const { namespace = "" } = selection;
    return (sink, signal) =>
      new Reflector<R>({
        client,
        clock,
        logger,
        metrics: metrics.reflector,
        ...watched,
        sink,
        metadataOnly: content === "metadata",
        onError: (error) => {
          if (error instanceof KubernetesError && error.code === 403) this.#note(type, namespace, "refused");
        },
        onWatching: () => this.#note(type, namespace, "watching"),
      }).run(signal);
  }

  #note(type: ResourceType, namespace: string, news: "synced" | "refused" | "watching"): void {
    const grant = this.#grants.get(namespace);
    if (!GRANTED_TYPES.includes(type)) return this.#noteManaged(type, namespace, news);
    if (!grant) return;
    const before = this.grantOf(namespace);
    if (news === "synced") grant.synced.add(type);
    else if (news === "refused") grant.refused.add(type);
    else grant.refused.delete(type);
    if (this.grantOf(namespace) === before) return;
    this.#options.onGrant(namespace);
    this.#settleIfKnown();
  }

  /** Whoever was looked at before these were known is looked at again, since something may be left over of it. */
  #noteManaged(type: ResourceType, namespace: string, news: "synced" | "refused" | "watching"): void {
    if (!this.#options.managedNamespaces.includes(namespace)) return;
    if (news !== "watching") this.#unknown.delete(keyOf(type, namespace));
    if (news === "synced" && this.#hasSettled) this.#options.onGrant(namespace);
    this.#settleIfKnown();
  }
}

/** Lists of ten thousand Secrets take two seconds; a namespace that hangs must not hold up the others. */
const PATIENCE_MILLISECONDS = 10_000;

interface NamespaceGrant {
  readonly secrets: StoreReader<Resource>;
  readonly configMaps: StoreReader<Resource>;
  readonly pods: PodSource;
  readonly synced: Set<ResourceType>;
  readonly refused: Set<ResourceType>;
}

/** What has to be readable for anything to be delivered. */
const GRANTED_TYPES: readonly ResourceType[] = [SECRETS, CONFIG_MAPS, PODS];

const MANAGED_TYPES: readonly ResourceType[] = [DEPLOYMENTS, SERVICES];

function keyOf({ plural }: ResourceType, namespace: string): string {
  return `${plural} ${namespace}`;
}

const TRANSFORMS: ReadonlyMap<ResourceType, Transform<Resource>> = new Map([
  [CONFIG_MAPS, configMapToKeep],
  [PODS, withoutPodSpec],
]);
