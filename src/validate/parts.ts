import { joinPath } from "#api/field-path.ts";
import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import type { Model } from "#api/kinds/model.ts";
import type { Route } from "#api/kinds/route.ts";
import type { GovernedObject, Part, Parts } from "./part.ts";
import { someString, stringLeaves } from "./string-leaves.ts";

/**
 * Takes an object apart. Its shape must have been checked, or repaired
 * (`repair.ts`): items that are missing or `null` are passed over, and indices
 * stay those of the object.
 */
export function takeApart(object: GovernedObject, namespace = object.metadata.namespace ?? ""): Parts {
  const { spec, metadata } = object;
  const models = partsOf<Model, Part<"model">>(spec.models, modelPart);
  const policies = partsOf<AttachedPolicy, Part<"policy">>(spec.policies, policyPart);
  return {
    namespace,
    name: metadata.name ?? "",
    object: { kind: "object", path: "", key: "", value: object },
    models,
    routes: partsOf<Route, Part<"route">>(spec.routes, routePart),
    policies,
    urls: urlsOf(models, policies),
    modelsByName: byKey(models),
    policiesByName: byKey(policies),
  };
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

function urlsOf(models: readonly Part<"model">[], policies: readonly Part<"policy">[]): readonly Part<"url">[] {
  const urls: Part<"url">[] = [];
  for (const model of models) addUrlsOfModel(model, urls);
  for (const policy of policies) addUrlsOfPolicy(policy, urls);
  return urls;
}

function addUrlsOfModel(model: Part<"model">, urls: Part<"url">[]): void {
  const { endpoint, auth } = model.value;
  if (endpoint !== undefined) urls.push(urlPart(model, "endpoint", endpoint));
  const tokenUrl = auth?.oauth2?.tokenUrl;
  if (tokenUrl !== undefined) urls.push(urlPart(model, "auth.oauth2.tokenUrl", tokenUrl));
}

/** `config` is free form: every string that is written as a URL, and every one under a key that says URL. */
function addUrlsOfPolicy(policy: Part<"policy">, urls: Part<"url">[]): void {
  const { config } = policy.value;
  if (someString(config, hasScheme)) addUrlsAnywhere(policy, config, urls);
  else addUrlsByKey(policy, urls);
}

function hasScheme(text: string): boolean {
  return text.includes("://");
}

function addUrlsAnywhere(policy: Part<"policy">, config: unknown, urls: Part<"url">[]): void {
  for (const { path, text } of stringLeaves(config).leaves) {
    const key = path.findLast((segment) => typeof segment === "string") ?? "";
    if (SCHEME.test(text) || NAMES_A_URL.test(key)) urls.push(urlPart(policy, joinPath("config", path), text));
  }
}

/** At the two levels that any policy type uses. */
function addUrlsByKey(policy: Part<"policy">, urls: Part<"url">[]): void {
  const { config = {} } = policy.value;
  for (const key in config) {
    const value = config[key];
    if (typeof value === "string") {
      if (NAMES_A_URL.test(key)) urls.push(urlPart(policy, joinPath("config", [key]), value));
    } else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [inner, url] of Object.entries(value)) {
        const isUrl = typeof url === "string" && NAMES_A_URL.test(inner);
        if (isUrl) urls.push(urlPart(policy, joinPath("config", [key, inner]), url));
      }
    }
  }
}

const NAMES_A_URL = /(?:ur[il]|endpoint)s?$/i;
const SCHEME = /^\s*[a-z][a-z0-9+.-]*:\/\//i;

function urlPart(holder: Part, field: string, url: string): Part<"url"> {
  return { kind: "url", path: `${holder.path}.${field}`, key: `${holder.kind}/${holder.key}/${field}`, value: { url } };
}
