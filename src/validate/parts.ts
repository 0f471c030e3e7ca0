import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { AIRoute } from "#api/kinds/ai-route.ts";
import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import type { IntegrationConfig } from "#api/kinds/integration-config.ts";
import type { Model } from "#api/kinds/model.ts";
import type { ModelConfig } from "#api/kinds/model-config.ts";
import type { PromptTemplate } from "#api/kinds/prompt-template.ts";
import type { Limit, RateLimitPolicy } from "#api/kinds/rate-limit-policy.ts";
import type { Route } from "#api/kinds/route.ts";
import { sharedModel } from "#policy/stored-objects.ts";
import type { GovernedObject, Part, Parts } from "./part.ts";
import { platformParts } from "./platform-parts.ts";
import { urlParts } from "./url-parts.ts";

/**
 * Takes an object apart, by its kind. Its shape must have been checked, or repaired
 * (`repair.ts`): items that are missing or `null` are passed over, and indices
 * stay those of the object.
 */
export function takeApart(object: GovernedObject, namespace = object.metadata.namespace ?? ""): Parts {
  const pieces = piecesOf(object);
  const { models = [], policies = [], integrations = [] } = pieces;
  return {
    namespace,
    name: object.metadata.name ?? "",
    object: { kind: "object", path: "", key: "", value: object },
    models,
    routes: pieces.routes ?? [],
    policies,
    limits: pieces.limits ?? [],
    templates: pieces.templates ?? [],
    integrations,
    urls: urlParts(models, policies, integrations),
    modelsByName: pieces.modelsByName ?? NONE,
    policiesByName: pieces.policiesByName ?? NONE,
    platform: platformParts(object),
  };
}

type Pieces = Partial<Omit<Parts, "namespace" | "name" | "object" | "urls">>;

const NONE: ReadonlyMap<string, never> = new Map<string, never>();

function piecesOf(object: GovernedObject): Pieces {
  switch (object.kind) {
    case "ModelConfig":
      return { models: [sharedModelPart(object as ModelConfig)] };
    case "AIRoute":
      return { routes: [{ kind: "route", path: "spec", key: "", value: (object as AIRoute).spec }] };
    case "RateLimitPolicy":
      return { limits: partsOf<Limit, Part<"limit">>((object as RateLimitPolicy).spec.limits, limitPart) };
    case "PromptTemplate":
      return { templates: [{ kind: "template", path: "spec", key: "", value: (object as PromptTemplate).spec }] };
    case "IntegrationConfig":
      return {
        integrations: [{ kind: "integration", path: "spec", key: "", value: (object as IntegrationConfig).spec }],
      };
    case "AIGatewayConfig":
      return piecesOfGateway(object as AIGatewayConfig);
    default:
      return {};
  }
}

function piecesOfGateway({ spec }: AIGatewayConfig): Pieces {
  const models = partsOf<Model, Part<"model">>(spec.models, modelPart);
  const policies = partsOf<AttachedPolicy, Part<"policy">>(spec.policies, policyPart);
  const routes = partsOf<Route, Part<"route">>(spec.routes, routePart);
  return { models, policies, routes, modelsByName: byKey(models), policiesByName: byKey(policies) };
}

function partsOf<T, P>(list: readonly (T | null)[] | undefined, part: (item: T, index: number) => P): readonly P[] {
  const parts: P[] = [];
  if (list === undefined) return parts;
  for (let index = 0; index < list.length; index += 1) {
    const item = list[index];
    if (item !== null && item !== undefined) parts.push(part(item, index));
  }
  return parts;
}

function modelPart(model: Model, index: number): Part<"model"> {
  return { kind: "model", path: `spec.models[${index}]`, key: model.name, value: model };
}

function sharedModelPart(config: ModelConfig): Part<"model"> {
  return { kind: "model", path: "spec", key: "", value: sharedModel(config) };
}

function routePart(route: Route, index: number): Part<"route"> {
  return { kind: "route", path: `spec.routes[${index}]`, key: undefined, value: route };
}

function policyPart(policy: AttachedPolicy, index: number): Part<"policy"> {
  return { kind: "policy", path: `spec.policies[${index}]`, key: policy.name, value: policy };
}

function limitPart(limit: Limit, index: number): Part<"limit"> {
  return { kind: "limit", path: `spec.limits[${index}]`, key: undefined, value: limit };
}

function byKey<P extends Part>(parts: readonly P[]): ReadonlyMap<string, P> {
  const map = new Map<string, P>();
  for (const part of parts) if (part.key !== undefined && !map.has(part.key)) map.set(part.key, part);
  return map;
}
