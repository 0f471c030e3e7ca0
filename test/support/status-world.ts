import { Registry } from "prom-client";
import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { Standing } from "#certificates/standing.ts";
import type { FactFollower } from "#cluster/fact-followers.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import type { Change } from "#kube/change.ts";
import type { Client, Patch } from "#kube/client.ts";
import type { EventDetails } from "#kube/event-object.ts";
import { ReconcileMetrics } from "#kube/reconcile-metrics.ts";
import { keyOf, type Resource, type ResourceType } from "#kube/resource.ts";
import { Store } from "#kube/store.ts";
import { WorkQueueMetrics } from "#kube/work-queue-metrics.ts";
import { FACT_KINDS, FactIndex, type FactKind } from "#policy/fact-index.ts";
import { StatusControllers } from "../../src/controller/status/status-controllers.ts";
import { StatusMetrics } from "../../src/controller/status/status-metrics.ts";
import type { Voice } from "../../src/controller/status/whose-parts.ts";
import { ManualClock } from "./manual-clock.ts";
import { keptLog } from "./resources.ts";

type Loose = { readonly status?: Record<string, unknown>; readonly metadata: Resource["metadata"] };

/** A cluster in memory: what is applied to a status is stored and shown to who follows, as the API server would. */
export async function statusWorld(
  objects: readonly KubernetesObject[],
  run: (scene: StatusScene) => Promise<void>,
  voice: Voice = "ours",
): Promise<void> {
  const facts = new FactIndex();
  const stores = new Map<FactKind, Store<FactObject>>(FACT_KINDS.map((kind) => [kind, new Store<FactObject>()]));
  const followers = new Set<FactFollower>();
  const clock = new ManualClock("2027-01-01T12:00:00Z");
  const registry = new Registry();
  const writes: string[] = [];
  const told: EventDetails[] = [];
  const neededBy = new Map<string, readonly string[]>();
  const certificate = new CertificateInHand();
  const scene = { voice };
  let version = 0;
  const storeOf = (kind: string): Store<FactObject> => stores.get(kind as FactKind) ?? new Store<FactObject>();
  const show = (kind: FactKind, change: Change<FactObject>): void => {
    const ends = Array.from(followers, (follower) => follower(kind, change));
    if (change.type === "deleted") facts.delete(kind, change.key);
    else facts.apply(change.object);
    for (const end of ends) end?.();
  };
  const put = (given: KubernetesObject): void => {
    version += 1;
    const known = storeOf(given.kind).get(keyOf(given as Resource));
    const isSame =
      JSON.stringify((known as { spec?: unknown } | undefined)?.spec) ===
      JSON.stringify((given as { spec?: unknown }).spec);
    const generation = (known?.metadata.generation ?? 0) + (isSame ? 0 : 1);
    const metadata = { ...given.metadata, resourceVersion: String(version), uid: given.metadata.name, generation };
    const object = { ...given, metadata } as unknown as FactObject;
    const key = keyOf(object);
    const old = storeOf(given.kind).set(key, object);
    show(
      given.kind as FactKind,
      old
        ? { type: "updated", key, old, object, isRecreated: false, isResync: false }
        : { type: "added", key, object, isInInitialList: false },
    );
  };
  const remove = (kind: FactKind, key: string): void => {
    const object = storeOf(kind).delete(key);
    if (object) show(kind, { type: "deleted", key, object, finalStateUnknown: false });
  };
  const client = {
    patch: async (type: ResourceType, name: { namespace?: string; name: string }, patch: Patch) => {
      const key = keyOf({ metadata: name });
      const stored = storeOf(type.kind).get(key);
      if (!stored || patch.kind === "merge") throw new Error(`${type.kind} ${key} cannot be patched`);
      const { status = {} } = (patch.kind === "apply" ? patch.object : {}) as { status?: object };
      const isEmpty = Object.keys(status).length === 0;
      writes.push(`${type.kind} ${key}${isEmpty ? `: nothing, by ${patch.kind}` : ""}`);
      put({ ...stored, status } as unknown as KubernetesObject);
      return storeOf(type.kind).get(key);
    },
  } as unknown as Client;
  for (const object of objects) put(object);
  const statuses = new StatusControllers({
    facts,
    clusterFacts: {
      follow: (follower) => {
        followers.add(follower);
        return { [Symbol.dispose]: () => void followers.delete(follower) };
      },
    },
    controllerName: CONTROLLER_NAME,
    fieldManager: "gatehouse",
    client,
    events: { record: (_regarding, details) => void told.push(details) },
    stores: storeOf,
    sources: [],
    neededBy: (className) => neededBy.get(className) ?? [],
    certificate,
    voiceOn: () => scene.voice,
    clock,
    logger: keptLog().logger,
    metrics: { queue: new WorkQueueMetrics(registry), reconcile: new ReconcileMetrics(registry) },
    figures: new StatusMetrics(registry),
  });
  const stop = new AbortController();
  const running = statuses.run(stop.signal);
  const pass = async (milliseconds: number): Promise<void> => {
    for (let turn = 0; turn < 40; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
    clock.advance(milliseconds);
    for (let turn = 0; turn < 40; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
  };
  const status = (kind: FactKind, key: string) => (storeOf(kind).get(key) as Loose | undefined)?.status ?? {};
  try {
    await pass(2000);
    await run(
      Object.assign(scene, { put, remove, pass, status, writes, told, registry, statuses, neededBy, certificate }),
    );
  } finally {
    stop.abort();
    await running;
  }
}

/** How the servers' certificate stands, as a test says. */
class CertificateInHand {
  next: number | undefined;
  #standing: Standing = { type: "trusted", until: Date.parse("2027-03-01T00:00:00Z") };
  readonly #followers = new Set<() => void>();

  of(): Standing {
    return this.#standing;
  }

  nextChange(): number | undefined {
    return this.next;
  }

  follow(onChange: () => void): Disposable {
    this.#followers.add(onChange);
    return { [Symbol.dispose]: () => void this.#followers.delete(onChange) };
  }

  /** Without a word, as time does it. */
  become(standing: Standing): void {
    this.#standing = standing;
  }

  tell(): void {
    for (const onChange of this.#followers) onChange();
  }
}

export interface StatusScene {
  /** Whose all objects beside gateways are. */
  voice: Voice;
  readonly certificate: CertificateInHand;
  readonly put: (object: KubernetesObject) => void;
  readonly remove: (kind: FactKind, key: string) => void;
  /** Lets everything come to rest, before and after. */
  readonly pass: (milliseconds: number) => Promise<void>;
  readonly status: (kind: FactKind, key: string) => Record<string, unknown>;
  readonly writes: string[];
  readonly told: EventDetails[];
  /** Gateways that are to be emptied before a class may go. */
  readonly neededBy: Map<string, readonly string[]>;
  readonly registry: Registry;
  readonly statuses: StatusControllers;
}
