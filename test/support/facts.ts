import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { KubernetesObject, ObjectMeta } from "#api/object-meta.ts";
import type { EffectivePolicy } from "#policy/effective-policy.ts";
import { FactIndex } from "#policy/fact-index.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import type { GovernedObject, Part } from "#validate/part.ts";
import { takeApart } from "#validate/parts.ts";
import type { Facts, Finding, Rule } from "#validate/rule.ts";

/** What a rule is tried in. All but the object has a plain default. */
export interface World {
  readonly object?: GovernedObject;
  /** Instead of the one in the object's metadata. */
  readonly namespace?: string;
  /** What the effective policy says beside the built-in one. */
  readonly policy?: Partial<Omit<EffectivePolicy, "endpoints">>;
  readonly endpoints?: Partial<EffectivePolicy["endpoints"]>;
  readonly approvals?: readonly ApprovedModel[];
  /** The first is the default class. */
  readonly classes?: readonly AIGatewayClass[];
  /** What is stored beside the object. */
  readonly stored?: readonly KubernetesObject[];
  /** Other namespaces that are known, without labels. */
  readonly otherNamespaces?: readonly string[];
  /** Labels of the object's namespace. */
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly now?: number;
}

/** Noon on the first day of 2027, so that a test may say "before" and "after" with plain dates. */
export const NOW = Date.UTC(2027, 0, 1, 12);

/** Facts for judging the parts of `world.object`; `facts.owner` holds them. */
export function factsFor(world: World = {}): Facts {
  const { object = configWith(), namespace } = world;
  const owner = takeApart(object, namespace);
  const policy: EffectivePolicy = {
    ...BUILT_IN,
    ...world.policy,
    endpoints: { ...BUILT_IN.endpoints, ...world.endpoints },
  };
  return {
    now: world.now ?? NOW,
    policy,
    owner,
    lookup: lookupOf(world, policy, owner.namespace),
    approvals: new Map(),
  };
}

/** An AIGatewayConfig `team-a/main` with nothing in it but what is given. */
export function configWith(spec: Partial<AIGatewayConfig["spec"]> = {}, metadata: ObjectMeta = {}): AIGatewayConfig {
  return {
    apiVersion: "gateway.example.com/v1",
    kind: "AIGatewayConfig",
    metadata: { name: "main", namespace: "team-a", ...metadata },
    spec: { models: [], routes: [], ...spec },
  };
}

/** A class `main` with nothing in it but what is given. */
export function classWith(spec: AIGatewayClass["spec"] = {}, name = "main"): AIGatewayClass {
  return { apiVersion: "gateway.example.com/v1", kind: "AIGatewayClass", metadata: { name }, spec };
}

/** All that a rule finds in the object, part after part. */
export function findingsOf(rule: Rule, facts: Facts): readonly Finding[] {
  const { object, models, routes, policies, limits, templates, integrations, urls } = facts.owner;
  const judge = rule.judges as { readonly [kind: string]: (part: Part, facts: Facts) => readonly Finding[] };
  const parts = [object, ...models, ...routes, ...policies, ...limits, ...templates, ...integrations, ...urls];
  return parts.flatMap((part) => judge[part.kind]?.(part, facts) ?? []);
}

const builtIn = <T>(value: T) => ({ value, source: "built-in" });

/** What holds where no policy says anything. */
const BUILT_IN: EffectivePolicy = {
  policies: [],
  actions: new Map(),
  rateLimits: { min: {}, max: {} },
  endpoints: {
    allowHTTP: builtIn(false),
    allowPrivate: builtIn(false),
    allowClusterLocal: builtIn("OwnNamespace"),
    allowedHosts: [],
  },
  requiredLabels: [],
  defaults: { labels: new Map(), rateLimits: {}, timeouts: {} },
  expiredExceptions: [],
};

function lookupOf(world: World, policy: EffectivePolicy, namespace: string): PolicyLookup {
  const { approvals = [], classes = [], namespaceLabels = {}, otherNamespaces = [] } = world;
  const index = new FactIndex();
  for (const object of world.stored ?? []) index.apply(object);
  return {
    models: undefined,
    effectivePolicy: () => policy,
    policyHoldsUntil: () => undefined,
    auditCandidates: () => [],
    approvalsOf: (modelId) =>
      approvals.filter((approval) => approval.spec.models.some((pattern) => covers(pattern, modelId))),
    approvedPatterns: () => patternsOf(approvals),
    approvalsOfSecret: (name) => approvals.filter(({ spec }) => spec.defaults?.authSecretRef?.name === name),
    gatewayClass: (name) => classes.find((candidate) => candidate.metadata.name === name),
    defaultGatewayClass: () => classes[0],
    classNames: () => classes.map(({ metadata }) => metadata.name ?? ""),
    objectsIn: (name) => index.objectsIn(name),
    isTerminating: () => false,
    defaultClassClaimants: () => classes.slice(0, 1),
    configsOfClass: () => [],
    usesOf: () => [],
    namespaceLabels: (name) => (name === namespace ? namespaceLabels : otherNamespaces.includes(name) ? {} : undefined),
  };
}

function patternsOf(approvals: readonly ApprovedModel[]) {
  const index = new FactIndex();
  for (const approval of approvals) index.apply(approval);
  return index.approvedPatterns();
}

function covers(pattern: string, modelId: string): boolean {
  return pattern.endsWith("*") ? modelId.startsWith(pattern.slice(0, -1)) : pattern === modelId;
}
