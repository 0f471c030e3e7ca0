import { API_VERSION } from "#api/kind.ts";
import type { AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import type { AIRoute } from "#api/kinds/ai-route.ts";
import type { ModelConfig } from "#api/kinds/model-config.ts";
import { kindByName } from "#api/kinds.ts";
import type { KubernetesObject, ObjectMeta } from "#api/object-meta.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { reviewStored } from "#review/stored.ts";
import { KNOWN_MODELS } from "../test/support/known-models.ts";
import { benchedConfig, benchedFacts, NAMESPACE, SMALL } from "./objects.ts";
import { median } from "./statistics.ts";

/** What there may be many of. */
export const CROWDS = {
  approvals: (count: number) => benchedFacts(count).slice(FEW.length),
  policies: (count: number) => listOf(count, policyOfAnotherNamespace),
  exceptions: (count: number) => listOf(Math.ceil(count / PER_POLICY), (index) => policyWithExceptions(index, count)),
  siblings: (count: number) => listOf(count, sibling),
  strangers: (count: number) =>
    listOf(count, (index) => ({
      ...sibling(index),
      metadata: { name: `other-${index}`, namespace: `team-${index % 1000}` },
    })),
} as const satisfies Readonly<Record<string, (count: number) => readonly KubernetesObject[]>>;

export type Crowd = keyof typeof CROWDS;

/** From few to as many as a large cluster has. */
export const COUNTS = [10, 100, 1000, 10_000, 100_000] as const;

/** Cost of a review beside so many over its cost beside ten, in the order of the counts. */
export type LookupCosts = Readonly<Record<Crowd, readonly number[]>>;

const ROUNDS = { whole: 15, quick: 1 };

/** Reviews in a round: some tens of milliseconds. */
const REVIEWS = 400;

/** Facts that every review rests on, whatever there is besides. */
const FEW = benchedFacts(0);

/** What a review of the small object costs beside more and more of one thing. Counts take turns, since machines are noisy. */
export function lookupCosts(extent: "whole" | "quick", report: (line: string) => void): LookupCosts {
  const costs = Object.entries(CROWDS).map(([crowd, factsOf]) => {
    const counts = extent === "whole" ? COUNTS : COUNTS.slice(0, 2);
    const indices = counts.map((count) => indexOf(factsOf(count)));
    const ratios = counts.map((): number[] => []);
    for (let round = -1; round < ROUNDS[extent]; round += 1) {
      const times = indices.map(microsecondsBeside);
      if (round >= 0) times.forEach((time, index) => ratios[index]?.push(time / (times[0] ?? Number.NaN)));
    }
    const figures = ratios.map(median);
    report(`${crowd}: ${figures.map((figure, index) => `${COUNTS[index]} × ${figure.toFixed(2)}`).join(", ")}`);
    return [crowd, figures] as const;
  });
  return Object.fromEntries(costs) as unknown as LookupCosts;
}

function indexOf(facts: readonly KubernetesObject[]): FactIndex {
  const index = new FactIndex(KNOWN_MODELS);
  for (const fact of [...benchedFacts(SMALL.models), ...facts]) index.apply(fact);
  return index;
}

const OBJECT = benchedConfig(SMALL, { literalKey: true, timeouts: true });

function microsecondsBeside(lookup: FactIndex): number {
  const kind = kindByName.get(OBJECT.kind);
  if (!kind) throw new Error("the benched kind is gone");
  const now = Date.now();
  const before = microseconds();
  for (let count = 0; count < REVIEWS; count += 1) reviewStored(kind, OBJECT, { lookup, now });
  return (microseconds() - before) / REVIEWS;
}

function listOf<T>(length: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length }, (_, index) => make(index));
}

function policyOfAnotherNamespace(index: number): KubernetesObject {
  return policy(`of-team-${index}`, {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": `other-team-${index}` } },
    rateLimits: { max: { requestsPerMinute: 100 } },
  });
}

/** As many as the schema lets a policy have. */
const PER_POLICY = 1000;

/** For this namespace, and for other objects than the one that is judged. */
function policyWithExceptions(index: number, count: number): KubernetesObject {
  const first = index * PER_POLICY;
  return policy(`exceptions-${index}`, {
    exceptions: listOf(Math.min(PER_POLICY, count - first), (number) => ({
      namespaces: [NAMESPACE],
      names: [`excepted-${first + number}`],
      rules: ["rate-limit-bounds"],
      reason: "bench",
      expiresAt: "2099-01-01T00:00:00Z",
    })),
  });
}

function policy(name: string, spec: Omit<AIGatewayPolicy["spec"], "mode">): AIGatewayPolicy {
  return { apiVersion: API_VERSION, kind: "AIGatewayPolicy", metadata: { name }, spec: { mode: "Enforce", ...spec } };
}

/** A shared model or a route of another gateway, by turns. */
function sibling(index: number): KubernetesObject {
  const metadata = { name: `sibling-${index}`, namespace: NAMESPACE };
  return index % 2 === 0 ? sharedModel(index, metadata) : routeOfAnotherGateway(index, metadata);
}

function sharedModel(index: number, metadata: ObjectMeta): ModelConfig {
  const spec = { model: `model-${index}`, endpoint: "https://region.models.example/v1" };
  return { apiVersion: API_VERSION, kind: "ModelConfig", metadata, spec };
}

function routeOfAnotherGateway(index: number, metadata: ObjectMeta): AIRoute {
  const spec = { parentRefs: [{ name: `gateway-${index}` }], path: `/siblings/${index}`, targetModel: "model-0" };
  return { apiVersion: API_VERSION, kind: "AIRoute", metadata, spec };
}

/** By the clock: that of the processor has steps of 4 ms on some kernels. Medians of many rounds stand against what else runs. */
function microseconds(): number {
  return performance.now() * 1000;
}
