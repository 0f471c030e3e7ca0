import { isDeepStrictEqual } from "node:util";
import { Registry } from "prom-client";
import { CLEANUP_FINALIZER } from "#api/controller-names.ts";
import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import { FactFollowers } from "#cluster/fact-followers.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import type { Change } from "#kube/change.ts";
import type { Client, ObjectName, Patch } from "#kube/client.ts";
import { hasFinalizer } from "#kube/finalizers.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { ReconcileMetrics } from "#kube/reconcile-metrics.ts";
import { keyOf, type ResourceType } from "#kube/resource.ts";
import { Store } from "#kube/store.ts";
import { WorkQueueMetrics } from "#kube/work-queue-metrics.ts";
import { FactIndex, type FactKind } from "#policy/fact-index.ts";
import { ClassKeeper } from "../../src/controller/classes/class-keeper.ts";
import { namedClass } from "../../src/controller/classes/class-needs.ts";
import { ManualClock } from "./manual-clock.ts";
import { keptLog } from "./resources.ts";

/** A cluster in memory whose classes are kept: a write is stored, counted and shown at once, guarded by its version. */
export async function classWorld(
  run: (scene: ClassScene) => Promise<void>,
  before: readonly FactObject[] = [],
): Promise<void> {
  const facts = new FactIndex();
  const { logger } = keptLog();
  const followers = new FactFollowers(logger);
  const clock = new ManualClock();
  const stores = new Map<string, Store<FactObject>>();
  const writes: string[] = [];
  let version = 0;
  const storeOf = (kind: string) => {
    const store = stores.get(kind) ?? new Store<FactObject>();
    stores.set(kind, store);
    return store;
  };
  const show = (kind: FactKind, change: Change<FactObject>) =>
    followers.around(kind, ({ key, object, type }) =>
      type === "deleted" ? facts.delete(kind, key) : facts.apply(object),
    )(change);
  const put = (given: FactObject) => {
    version += 1;
    const key = keyOf(given);
    const kind = given.kind as FactKind;
    const known = storeOf(kind).get(key);
    const generation = (known?.metadata.generation ?? 0) + (sameSpec(known, given) ? 0 : 1);
    const object = {
      ...given,
      metadata: { ...given.metadata, uid: key, generation, resourceVersion: String(version) },
    };
    const old = storeOf(kind).set(key, object);
    if (old) show(kind, { type: "updated", key, old, object, isRecreated: false, isResync: false });
    else show(kind, { type: "added", key, object, isInInitialList: false });
  };
  const remove = (kind: FactKind, key: string) => {
    const object = storeOf(kind).delete(key);
    if (object) show(kind, { type: "deleted", key, object, finalStateUnknown: false });
  };
  const patch = async (type: ResourceType, name: ObjectName, document: Patch) => {
    const stored = storeOf(type.kind).get(name.name);
    if (!stored) throw new KubernetesError("gone", { code: 404, reason: "NotFound" });
    const { metadata, status } = changeOf(document);
    if (metadata.resourceVersion !== stored.metadata.resourceVersion)
      throw new KubernetesError("changed", { code: 409, reason: "Conflict" });
    writes.push(`${document.kind} ${name.name}`);
    const { finalizers = stored.metadata.finalizers ?? [] } = metadata;
    const isOver = stored.metadata.deletionTimestamp !== undefined && finalizers.length === 0;
    const changed = { ...stored, metadata: { ...stored.metadata, finalizers } } as FactObject;
    if (isOver) remove(type.kind as FactKind, name.name);
    else put(document.kind === "apply" ? ({ ...changed, status: status ?? {} } as FactObject) : changed);
    return storeOf(type.kind).get(name.name) ?? changed;
  };
  const client = {
    patch,
    get: async (_type: ResourceType, { name }: ObjectName) => present(name),
  } as unknown as Client;
  const present = (name: string) => storeOf("AIGatewayClass").get(name) as FactObject;
  const caches = {
    keptOfClass: (className?: string) =>
      storeOf("AIGatewayConfig")
        .list()
        .filter((object) => hasFinalizer(object, CLEANUP_FINALIZER) && namedClass(object) === className)
        .map(keyOf),
  };
  for (const object of before) put(object);
  const registry = new Registry();
  const keeper = new ClassKeeper({
    client,
    controllerName: CONTROLLER_NAME,
    clusterFacts: { sources: [], follow: (follower) => followers.add(follower) },
    classes: storeOf("AIGatewayClass"),
    caches,
    lookup: facts,
    clock,
    logger,
    metrics: { queue: new WorkQueueMetrics(registry), reconcile: new ReconcileMetrics(registry) },
  });
  const stop = new AbortController();
  const running = keeper.run(stop.signal);
  const settled = async () => {
    for (let turn = 0; turn < 40; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
    clock.advance(1000);
    for (let turn = 0; turn < 40; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
  };
  const reconciles = async () => {
    const text = await registry.getSingleMetricAsString("workqueue_adds_total");
    return Number(/aigatewayclass-finalizer"[^}]*} (\d+)/.exec(text)?.[1] ?? 0);
  };
  const finalizers = (name: string) => storeOf("AIGatewayClass").get(name)?.metadata.finalizers;
  try {
    await settled();
    await run({ put, remove, settled, finalizers, writes, keeper, reconciles, get: present });
  } finally {
    stop.abort();
    await running;
  }
}

export interface ClassScene {
  readonly put: (object: FactObject) => void;
  readonly remove: (kind: FactKind, key: string) => void;
  readonly settled: () => Promise<void>;
  readonly finalizers: (className: string) => readonly string[] | undefined;
  readonly get: (className: string) => FactObject;
  readonly writes: string[];
  readonly keeper: ClassKeeper;
  /** How often a class was queued. */
  readonly reconciles: () => Promise<number>;
}

function changeOf(patch: Patch): { metadata: Partial<FactObject["metadata"]>; status?: object } {
  if (patch.kind === "merge") return patch.document as never;
  if (patch.kind === "apply") return patch.object as never;
  throw new Error(`${patch.kind} is not expected`);
}

function sameSpec(known: object | undefined, given: object): boolean {
  return isDeepStrictEqual(specOf(known), specOf(given));
}

function specOf(object: { readonly spec?: unknown } = {}): unknown {
  return object.spec;
}
