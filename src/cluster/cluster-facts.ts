import type { Registry } from "prom-client";
import type { Clock } from "#kube/clock.ts";
import type { InformerFactory } from "#kube/informer-factory.ts";
import type { SyncSource } from "#kube/sync.ts";
import type { Readiness } from "#observability/readiness.ts";
import { cacheAgeMetric } from "./cache-age-metric.ts";
import { type FactFollower, FactFollowers } from "./fact-followers.ts";
import { type FactHandlerOptions, type FactObject, factHandler } from "./fact-handler.ts";
import { type FactType, factTypes, type Kept } from "./fact-types.ts";

export interface ClusterFactsOptions extends FactHandlerOptions {
  /** Its informers may serve others too. Whoever made it starts it. */
  readonly informers: InformerFactory;
  readonly kept: Kept;
  readonly readiness: Readiness;
  readonly registry: Registry;
  readonly clock: Clock;
}

/** The facts of a cluster, on their way into the index. */
export interface ClusterFacts {
  /** Resolves when the index holds all that the cluster held at some moment; never rejects. */
  readonly synced: Promise<void>;
  /** What has synced when the index holds all of a kind. */
  readonly sources: readonly SyncSource[];
  /** Shows each change from now on, until disposed of. */
  follow(follower: FactFollower): Disposable;
  /** The resources that were not read yet, such as `aigatewaypolicies`. Until it is empty the index says nothing. */
  missing(): readonly string[];
}

/** Keeps the index equal to what the cluster holds: an informer for each kind, with a readiness claim. */
export function clusterFacts(options: ClusterFactsOptions): ClusterFacts {
  const { registry, clock, kept, logger } = options;
  const followers = new FactFollowers(logger);
  const caches = factTypes(kept).map((type) => factCache(type, followers, options));
  cacheAgeMetric(registry, caches, () => clock.now());
  return {
    synced: Promise.all(caches.map(({ claimed }) => claimed)).then(() => undefined),
    sources: caches.map(({ told }) => told),
    follow: (follower) => followers.add(follower),
    missing: () => caches.filter(({ told }) => !told.hasSynced).map(({ resource }) => resource),
  };
}

interface FactCache {
  readonly kind: string;
  readonly resource: string;
  readonly heardAt: () => number | undefined;
  /** The index was told of everything, which is later than that the informer has it. */
  readonly told: SyncSource;
  /** As `told.synced`, with the claim handed back. */
  readonly claimed: Promise<void>;
}

function factCache(
  { kind, type, wanted, served }: FactType,
  followers: FactFollowers,
  options: ClusterFactsOptions,
): FactCache {
  const informer = options.informers.informer<FactObject>(type, wanted);
  const handler = factHandler(kind, { ...options, formOf: (object) => options.formOf(served(object)) });
  const told = informer.addHandler(followers.around(kind, handler), { name: "facts" });
  const claim = options.readiness.claim(`cache-${type.plural}`);
  const claimed = told.synced.then(() => claim.handBack());
  return { kind, resource: type.plural, heardAt: () => informer.heardAt, told, claimed };
}
