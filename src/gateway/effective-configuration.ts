import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import type { IntegrationConfig } from "#api/kinds/integration-config.ts";
import type { Model } from "#api/kinds/model.ts";
import type { AccessControl } from "#api/kinds/model-config.ts";
import type { PromptTemplate } from "#api/kinds/prompt-template.ts";
import type { Limit } from "#api/kinds/rate-limit-policy.ts";
import type { Route } from "#api/kinds/route.ts";

/**
 * What one gateway is to run: the parts that were found good, with references
 * followed and defaults set, in an order that depends on nothing but the parts.
 * Holds no content of a Secret, only which key of which Secret is meant.
 */
export interface EffectiveConfiguration {
  readonly namespace: string;
  readonly name: string;
  /** By name. Every name that a route or a fallback mentions is there. */
  readonly models: readonly EffectiveModel[];
  /** The more specific before the less specific, so that the first that matches is the one. */
  readonly routes: readonly EffectiveRoute[];
  /** By name. */
  readonly policies: readonly AttachedPolicy[];
  /** Of RateLimitPolicies that name the gateway. */
  readonly limits: readonly Limit[];
  readonly integrations: readonly EffectiveIntegration[];
}

export interface EffectiveModel extends Omit<Model, "modelRef"> {
  readonly visibility?: "Public" | "Internal";
  readonly accessControl?: AccessControl;
  /** Of RateLimitPolicies that name the model, beside its own `rateLimits`. */
  readonly limits: readonly Limit[];
}

export interface EffectiveRoute extends Omit<Route, "targetModel" | "targets" | "promptTemplateRef"> {
  /** `spec.routes` of the gateway, or the AIRoute's name: for names of what is rendered, and for statistics. */
  readonly origin: string;
  readonly path: string;
  readonly pathType: "Prefix" | "Exact" | "Regex";
  /** At least one, of which at least one has a weight above 0. */
  readonly targets: readonly { readonly model: string; readonly weight: number }[];
  /** Names of the policies that apply, resolved: absent in the route means all. */
  readonly policies: readonly string[];
  readonly template?: PromptTemplate["spec"];
  /** Of RateLimitPolicies that name the route. */
  readonly limits: readonly Limit[];
}

export interface EffectiveIntegration extends Omit<IntegrationConfig["spec"], "targetRefs"> {
  readonly name: string;
  /** What of the gateway it is about, by names of models and origins of routes; all of it, if absent. */
  readonly about?: { readonly models: readonly string[]; readonly routes: readonly string[] };
}
