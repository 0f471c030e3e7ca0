import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { AIRoute } from "#api/kinds/ai-route.ts";
import type { IntegrationConfig } from "#api/kinds/integration-config.ts";
import type { ModelConfig } from "#api/kinds/model-config.ts";
import type { PromptTemplate } from "#api/kinds/prompt-template.ts";
import type { RateLimitPolicy } from "#api/kinds/rate-limit-policy.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import type { LastGood } from "./last-good.ts";
import type { SecretAccess } from "./secret-access.ts";

/**
 * Everything that a gateway's configuration depends on, as the caches have it. More
 * objects than it has to do with change nothing.
 */
export interface GatewayInputs {
  readonly gateway: AIGatewayConfig;
  /** The class that it names, or else the default class, if that is there and ours. */
  readonly gatewayClass: AIGatewayClass | undefined;
  /** Of the namespace, by name: at least those that its models refer to. */
  readonly modelConfigs: ReadonlyMap<string, ModelConfig>;
  /** Of the namespace: at least those whose parentRefs name the gateway. */
  readonly routes: readonly AIRoute[];
  /** Of the namespace: at least those whose targetRefs may concern the gateway. */
  readonly rateLimitPolicies: readonly RateLimitPolicy[];
  /** Of the namespace, by name: at least those that its routes refer to. */
  readonly templates: ReadonlyMap<string, PromptTemplate>;
  /** Of the namespace: at least those whose targetRefs may concern the gateway, or that have none. */
  readonly integrations: readonly IntegrationConfig[];
  readonly secrets: SecretAccess;
  readonly lookup: PolicyLookup;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What the delivery Secret keeps of the last delivery. */
  readonly lastGood: LastGood | undefined;
}
