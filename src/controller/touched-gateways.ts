import type { AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import type { AIRoute } from "#api/kinds/ai-route.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { IntegrationConfig } from "#api/kinds/integration-config.ts";
import type { RateLimitPolicy } from "#api/kinds/rate-limit-policy.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { FactIndex, FactKind } from "#policy/fact-index.ts";
import type { ObjectName, StoredKind } from "#policy/stored-objects.ts";
import type { SecretUses } from "./secret-uses.ts";

/** Where the gateways that depend on an object are looked up; each by an index. */
export interface GatewaySources {
  readonly facts: FactIndex;
  readonly secretUses: SecretUses;
  /** `namespace/name` of every AIGatewayConfig. */
  readonly allGateways: () => Iterable<string>;
}

/**
 * The AIGatewayConfigs, as `namespace/name`, that come out differently with this
 * object than without it, as far as it can be told without judging them. Some may
 * come twice. The object is of a shape that was checked.
 */
export function touchedGateways(kind: FactKind, object: KubernetesObject, sources: GatewaySources): Iterable<string> {
  const { namespace = "", name = "" } = object.metadata;
  const users = usersIn(sources.facts, namespace);
  switch (kind) {
    case "AIGatewayConfig":
      return [`${namespace}/${name}`];
    case "ModelConfig":
    case "PromptTemplate":
      return users({ kind, name });
    case "AIRoute":
      return parentsOf(object as AIRoute).map((parent) => `${namespace}/${parent}`);
    case "RateLimitPolicy":
      return targets((object as RateLimitPolicy).spec.targetRefs, users);
    case "IntegrationConfig":
      return ofIntegration(object as IntegrationConfig, sources.facts, users);
    case "Namespace":
      return gatewaysIn(sources.facts, name);
    case "AIGatewayClass":
      return keysOf(sources.facts.configsOfClass(name));
    case "ApprovedModel":
      return ofApproval(object as ApprovedModel, sources);
    case "AIGatewayPolicy":
      return ofPolicy(object as AIGatewayPolicy, sources);
  }
}

/** The gateways of a namespace that use an object of it, by themselves or by way of their routes. */
type Users = (object: ObjectName) => Iterable<string>;

function usersIn(facts: FactIndex, namespace: string): Users {
  const objects = facts.objectsIn(namespace);
  return function* users({ kind, name }): Generator<string> {
    if (kind === "AIGatewayConfig") yield `${namespace}/${name}`;
    else if (kind === "AIRoute")
      for (const parent of parentsOf(objects.get("AIRoute", name))) yield `${namespace}/${parent}`;
    else for (const user of objects.usersOf(kind, name)) if (hasGateway(user)) yield* users(user);
  };
}

/** Limits and integrations name what they are about; gateways do not depend on it by way of them. */
function hasGateway({ kind }: { readonly kind: StoredKind }): boolean {
  return kind === "AIGatewayConfig" || kind === "AIRoute";
}

function parentsOf(route: Pick<AIRoute, "spec"> | undefined): readonly string[] {
  return route?.spec.parentRefs?.map(({ name }) => name) ?? [];
}

function* targets(references: readonly ObjectName[], users: Users): Generator<string> {
  for (const reference of references) yield* users(reference);
}

/** One without targets is about all gateways of its namespace. */
function ofIntegration({ metadata, spec }: IntegrationConfig, facts: FactIndex, users: Users): Iterable<string> {
  return spec.targetRefs ? targets(spec.targetRefs, users) : gatewaysIn(facts, metadata.namespace ?? "");
}

function* gatewaysIn(facts: FactIndex, namespace: string): Generator<string> {
  for (const name of facts.objectsIn(namespace).names("AIGatewayConfig")) yield `${namespace}/${name}`;
}

function* keysOf(objects: Iterable<{ readonly namespace: string; readonly name: string }>): Generator<string> {
  for (const { namespace, name } of objects) yield `${namespace}/${name}`;
}

/** Those with a model of its patterns, and those whose Secret it lets out to its hosts only. */
function* ofApproval({ spec }: ApprovedModel, { facts, secretUses }: GatewaySources): Generator<string> {
  for (const pattern of spec.models) {
    for (const { users } of facts.usesOf(pattern)) {
      for (const { namespace, kind, name } of users) yield* usersIn(facts, namespace)({ kind, name });
    }
  }
  const secret = spec.defaults?.authSecretRef?.name;
  if (secret !== undefined) yield* secretUses.usersOfName(secret);
}

/** A policy in Audit denies nothing and adds nothing. */
function* ofPolicy({ metadata, spec }: AIGatewayPolicy, { facts, allGateways }: GatewaySources): Generator<string> {
  if (spec.mode === "Audit") return;
  const selected = facts.selectedBy(metadata.name ?? "");
  if (selected === "every namespace") yield* allGateways();
  else for (const namespace of selected) yield* gatewaysIn(facts, namespace);
}
