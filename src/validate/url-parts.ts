import { joinPath } from "#api/field-path.ts";
import type { Part } from "./part.ts";
import { someString, stringLeaves } from "./string-leaves.ts";

/** The URLs that an object makes the gateway call, each a part of its own. */
export function urlParts(
  models: readonly Part<"model">[],
  policies: readonly Part<"policy">[],
  integrations: readonly Part<"integration">[],
): readonly Part<"url">[] {
  const urls: Part<"url">[] = [];
  for (const model of models) addUrlsOfModel(model, urls);
  for (const policy of policies) addUrlsOfPolicy(policy, urls);
  for (const integration of integrations) {
    const { endpoint } = integration.value;
    if (endpoint !== undefined) urls.push(urlPart(integration, "endpoint", endpoint));
  }
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
