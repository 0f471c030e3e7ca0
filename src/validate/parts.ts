import { joinPath, type RelativePath } from "#api/field-path.ts";
import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import type { Model } from "#api/kinds/model.ts";
import type { Route } from "#api/kinds/route.ts";
import type { GovernedObject, Part, Parts } from "./part.ts";

/**
 * Takes an object apart. Its shape must have been checked, or repaired
 * (`repair.ts`): items that are missing or `null` are passed over, and indices
 * stay those of the object.
 */
export function takeApart(object: GovernedObject, namespace = object.metadata.namespace ?? ""): Parts {
  const { spec, metadata } = object;
  const models = itemsOf<Model>(spec.models).map(([model, index]) => modelPart(model, index));
  const routes = itemsOf<Route>(spec.routes).map(([route, index]) => routePart(route, index));
  const policies = itemsOf<AttachedPolicy>(spec.policies).map(([policy, index]) => policyPart(policy, index));
  return {
    namespace,
    name: metadata.name ?? "",
    object: { kind: "object", path: "", key: "", value: object },
    models,
    routes,
    policies,
    urls: [...models.flatMap(urlsOfModel), ...policies.flatMap(urlsOfPolicy)],
    modelsByName: byKey(models),
    policiesByName: byKey(policies),
  };
}

function itemsOf<T>(list: readonly T[] | undefined): (readonly [T, number])[] {
  const items: (readonly [T, number])[] = [];
  list?.forEach((item, index) => {
    if (item !== null) items.push([item, index]);
  });
  return items;
}

function modelPart(model: Model, index: number): Part<"model"> {
  return { kind: "model", path: `spec.models[${index}]`, key: model.name, value: model };
}

function routePart(route: Route, index: number): Part<"route"> {
  return { kind: "route", path: `spec.routes[${index}]`, key: undefined, value: route };
}

function policyPart(policy: AttachedPolicy, index: number): Part<"policy"> {
  return { kind: "policy", path: `spec.policies[${index}]`, key: policy.name, value: policy };
}

function byKey<P extends Part>(parts: readonly P[]): ReadonlyMap<string, P> {
  const map = new Map<string, P>();
  for (const part of parts) if (part.key !== undefined && !map.has(part.key)) map.set(part.key, part);
  return map;
}

function urlsOfModel(model: Part<"model">): Part<"url">[] {
  const { endpoint, auth } = model.value;
  const urls: Part<"url">[] = [];
  if (endpoint !== undefined) urls.push(urlPart(model, ["endpoint"], endpoint));
  const tokenUrl = auth?.oauth2?.tokenUrl;
  if (tokenUrl !== undefined) urls.push(urlPart(model, ["auth", "oauth2", "tokenUrl"], tokenUrl));
  return urls;
}

/** `config` is free form: every string under a key that says URL, at the two levels that any policy type uses. */
function urlsOfPolicy(policy: Part<"policy">): Part<"url">[] {
  const urls: Part<"url">[] = [];
  for (const [key, value] of Object.entries(policy.value.config ?? {})) {
    if (typeof value === "string" && NAMES_A_URL.test(key)) urls.push(urlPart(policy, ["config", key], value));
    if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
    for (const [inner, url] of Object.entries(value)) {
      if (typeof url === "string" && NAMES_A_URL.test(inner)) urls.push(urlPart(policy, ["config", key, inner], url));
    }
  }
  return urls;
}

const NAMES_A_URL = /(?:ur[il]|endpoint)$/i;

function urlPart(holder: Part, field: RelativePath, url: string): Part<"url"> {
  const path = joinPath(holder.path, field);
  return { kind: "url", path, key: `${holder.kind}/${holder.key}/${joinPath("", field)}`, value: { url } };
}
