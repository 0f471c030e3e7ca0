import { type ApplyClient, applyGuarded } from "#kube/apply.ts";
import type { Client } from "#kube/client.ts";
import { type Clock, sleep } from "#kube/clock.ts";
import { NotLeaderError } from "#kube/guarded-client.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { withOwnerReference } from "#kube/owner-reference.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { unlessGone } from "#kube/unless-gone.ts";
import type { Logger } from "#observability/logger.ts";
import type { ClusterObject } from "./cluster-objects.ts";

export interface OwnedByNamespaceOptions {
  /** Writes only while we lead. */
  readonly client: Pick<Client, "get"> & ApplyClient;
  /** Our own. */
  readonly namespace: string;
  /** What of the installation lies in no namespace. */
  readonly objects: readonly ClusterObject[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Makes our namespace the owner of what the installation has outside of it, so that the
 * garbage collector takes that away when somebody deletes the namespace first. A webhook
 * that fails closed would otherwise outlive its servers. One field is applied, under a
 * field manager of its own: what Helm and GitOps apply does not name it.
 */
export class OwnedByNamespace {
  readonly #options: OwnedByNamespaceOptions;
  /** Reported already, by object. */
  readonly #faults = new Map<string, string>();

  constructor(options: OwnedByNamespaceOptions) {
    this.#options = options;
  }

  /** Looks again now and then, since an upgrade or somebody's hand makes objects anew. Ends with the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { objects, clock } = this.#options;
    if (objects.length === 0) return;
    let pause = FIRST_PAUSE_MILLISECONDS;
    while (!signal.aborted) {
      pause = (await this.#ownAll(signal))
        ? LONGEST_PAUSE_MILLISECONDS
        : Math.min(2 * pause, LONGEST_PAUSE_MILLISECONDS);
      await sleep(clock, pause, signal).catch(() => undefined); // the loop asks the signal
    }
  }

  async #ownAll(signal: AbortSignal): Promise<boolean> {
    const { client, namespace, objects } = this.#options;
    const owner = await this.#tried(`namespaces/${namespace}`, signal, () =>
      client.get(NAMESPACES, { name: namespace }, { metadataOnly: true, signal }),
    );
    if (owner === undefined) return false;
    let isComplete = true;
    for (const { type, name } of objects) {
      const isOwned = await this.#tried(`${type.plural}/${name}`, signal, () =>
        this.#own(type, name, { owner, signal }),
      );
      isComplete &&= isOwned === true;
    }
    return isComplete;
  }

  async #own(type: ResourceType, name: string, { owner, signal }: Owning): Promise<boolean> {
    const { client, namespace, logger } = this.#options;
    const present = await unlessGone(client.get(type, { name }, { metadataOnly: true, signal }));
    if (!present) return false;
    const { metadata } = present;
    if (metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) === true) return true;
    const apiVersion = `${type.group}/${type.version}`;
    const object: Resource = { apiVersion, kind: type.kind, metadata: { name } };
    const namespaceObject = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, uid: owner.metadata.uid },
    };
    const wanted = withOwnerReference(object, namespaceObject as Resource);
    await applyGuarded({ client, type, wanted, present, fieldManager: FIELD_MANAGER, signal });
    logger.info({ object: `${type.plural}/${name}`, namespace }, "goes with its namespace from now on");
    return true;
  }

  /** Undefined where the API server refuses; the next look tries again. */
  async #tried<T>(object: string, signal: AbortSignal, attempt: () => Promise<T>): Promise<T | undefined> {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted || error instanceof NotLeaderError) return undefined;
      if (!(error instanceof KubernetesError)) throw error;
      if (this.#faults.get(object) !== error.message)
        this.#options.logger.warn({ object, fault: error.message }, "does not go with its namespace yet");
      this.#faults.set(object, error.message);
      return undefined;
    }
  }
}

interface Owning {
  readonly owner: Resource;
  readonly signal: AbortSignal;
}

const NAMESPACES: ResourceType = {
  group: "",
  version: "v1",
  plural: "namespaces",
  kind: "Namespace",
  namespaced: false,
};

/** Not that of what else the controller applies: an apply takes away what its manager had applied before. */
const FIELD_MANAGER = "gatehouse-namespace";

/** While an installation is under way, objects are there a moment later. */
const FIRST_PAUSE_MILLISECONDS = 1000;

const LONGEST_PAUSE_MILLISECONDS = 300_000;
