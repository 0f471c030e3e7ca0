import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { AIRoute } from "#api/kinds/ai-route.ts";
import type { IntegrationConfig } from "#api/kinds/integration-config.ts";
import type { Model } from "#api/kinds/model.ts";
import type { ModelConfig } from "#api/kinds/model-config.ts";
import type { PromptTemplate } from "#api/kinds/prompt-template.ts";
import type { RateLimitPolicy } from "#api/kinds/rate-limit-policy.ts";
import type { Route } from "#api/kinds/route.ts";
import type { ObjectMeta } from "#api/object-meta.ts";
import type { COVERAGE_FIELDS } from "./coverage.ts";
import type { Subject } from "./policy-lookup.ts";

/**
 * What is known of the objects that teams have stored: no more than others of
 * their namespace are judged by, since they come by the ten thousand. What an
 * informer keeps of them is `cluster/kept-fields.ts`.
 */
export interface StoredKinds {
  readonly AIGatewayConfig: StoredGateway;
  readonly ModelConfig: StoredModelConfig;
  readonly AIRoute: StoredRoute;
  readonly PromptTemplate: StoredTemplate;
  readonly RateLimitPolicy: StoredRateLimitPolicy;
  readonly IntegrationConfig: StoredIntegration;
}

export const STORED_KINDS = [
  "AIGatewayConfig",
  "ModelConfig",
  "AIRoute",
  "PromptTemplate",
  "RateLimitPolicy",
  "IntegrationConfig",
] as const satisfies readonly (keyof StoredKinds)[];
export type StoredKind = keyof StoredKinds;

export function isStoredKind(kind: string): kind is StoredKind {
  return STORED_KINDS.some((known) => known === kind);
}

interface Stored<Spec> {
  readonly metadata: ObjectMeta;
  readonly spec: Spec;
}

/** How a request is matched, by which routes are told apart. */
export type Match = Pick<Route, "path" | "pathType" | "methods" | "match">;

type ModelFields = (typeof COVERAGE_FIELDS)[number] | "fallbacks";

export interface StoredGateway
  extends Stored<{
    readonly gatewayClassName?: AIGatewayConfig["spec"]["gatewayClassName"];
    readonly models: readonly Pick<Model, ModelFields | "modelRef">[];
    readonly routes: readonly (Match & Pick<Route, "promptTemplateRef">)[];
    readonly policies?: readonly { readonly name: string }[];
  }> {}

export interface StoredModelConfig extends Stored<Pick<ModelConfig["spec"], Exclude<ModelFields, "name">>> {}
export interface StoredRoute extends Stored<Match & Pick<AIRoute["spec"], "parentRefs" | "promptTemplateRef">> {}
export interface StoredTemplate extends Stored<Pick<PromptTemplate["spec"], "models">> {}
export interface StoredRateLimitPolicy extends Stored<Pick<RateLimitPolicy["spec"], "targetRefs">> {}
export interface StoredIntegration extends Stored<Pick<IntegrationConfig["spec"], "targetRefs">> {}

/** Which object of a namespace. */
export interface ObjectName {
  readonly kind: StoredKind;
  readonly name: string;
}

/** Which object of all. */
export interface StoredObject extends Subject {
  readonly kind: StoredKind;
}

/** The stored objects of one namespace. Each answer comes from an index. */
export interface NamespaceObjects {
  get<K extends StoredKind>(kind: K, name: string): StoredKinds[K] | undefined;
  /** In the order in which they were learnt of. */
  names(kind: StoredKind): Iterable<string>;
  /** Whether some AIGatewayConfig has a model of that name. */
  hasModel(name: string): boolean;
  /** Names of the models that its AIGatewayConfigs have. */
  modelNames(): Iterable<string>;
  /** Those that name it. */
  usersOf(kind: StoredKind, name: string): Iterable<StoredObject>;
  /** AIRoutes that name a gateway as their parent, by their path; one without a path is at the empty one. */
  routesOf(gateway: string): ReadonlyMap<string, ReadonlySet<StoredRoute>> | undefined;
}

/** A ModelConfig as a model. Gateways give it names of their own, so without an id it has that of the ModelConfig. */
export function sharedModel<Spec extends object>({
  metadata: { name = "" },
  spec,
}: {
  readonly metadata: ObjectMeta;
  readonly spec: Spec;
}): Spec & { readonly name: string; readonly model: string } {
  return { name, model: name, ...spec };
}
