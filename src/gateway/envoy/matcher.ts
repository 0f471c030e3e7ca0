import type { EffectiveRoute } from "../effective-configuration.ts";
import { quoted } from "./typed.ts";

/** Of the request's body, for as long as routes are compared. Clients cannot set it. */
export const MODEL_HEADER = "x-gatehouse-model";

/** The requests of a route. Envoy compares an expression with the whole of a text. */
export function matcherOf({ path, pathType, methods = [], match = {} }: EffectiveRoute): object {
  const { hostnames = [], headers = [], queryParams = [], models = [] } = match;
  const conditions = [
    ...(methods.length > 0 ? [expression(":method", methods.join("|"))] : []),
    ...(hostnames.length > 0 ? [expression(":authority", hostPattern(hostnames))] : []),
    ...(models.length > 0 ? [expression(MODEL_HEADER, modelPattern(models))] : []),
    ...headers.map(({ name, value, type }) => ({ name, string_match: comparison(value, type) })),
  ];
  return {
    ...pathMatch(path, pathType),
    ...(conditions.length > 0 ? { headers: conditions } : {}),
    ...(queryParams.length > 0
      ? {
          query_parameters: queryParams.map(({ name, value, type }) => ({
            name,
            string_match: type === "Regex" ? comparison(value, type) : encodedOrNot(value),
          })),
        }
      : {}),
  };
}

/** Whether there can be such a request: none has a header of a name that HTTP does not know, and Envoy refuses it. */
export function canMatch({ match }: EffectiveRoute): boolean {
  return (match?.headers ?? []).every(({ name }) => isHeaderName(name));
}

/** A token (RFC 9110, section 5.6.2). */
export function isHeaderName(name: string): boolean {
  return /^[A-Za-z0-9!#$%&'*+.^_|~`-]+$/.test(name);
}

function pathMatch(path: string, type: EffectiveRoute["pathType"]): object {
  if (type === "Regex") return { safe_regex: { regex: path } };
  if (type === "Exact") return { path };
  const prefix = path.replace(/\/$/, "");
  return SEPARATED.test(prefix) ? { path_separated_prefix: prefix } : { prefix: path };
}

/** What Envoy takes for a prefix that ends where a segment ends (route_components.proto); by characters, as RE2 counts them. */
const SEPARATED = /^[^?#]+[^?#/]$/u;

/** Without the port, which is taken away. `*.` stands for one label or more. */
function hostPattern(hostnames: readonly string[]): string {
  const names = hostnames.map((name) => (name.startsWith("*.") ? `.+${quoted(name.slice(1))}` : quoted(name)));
  return `(?i:${names.join("|")})`;
}

/** Names of models: exact, or a prefix and `*`. */
export function modelPattern(patterns: readonly string[]): string {
  return patterns.map((name) => (name.endsWith("*") ? `${quoted(name.slice(0, -1))}.*` : quoted(name))).join("|");
}

function expression(name: string, regex: string): object {
  return { name, string_match: { safe_regex: { regex } } };
}

/** Envoy compares parameters as they are sent. */
function encodedOrNot(value: string): object {
  const forms = new Set([value, encodeURIComponent(value.toWellFormed()), value.replaceAll(" ", "+")]);
  return forms.size === 1 ? { exact: value } : { safe_regex: { regex: Array.from(forms, quoted).join("|") } };
}

function comparison(value: string, type: "Exact" | "Regex" | undefined): object {
  return type === "Regex" ? { safe_regex: { regex: value } } : { exact: value };
}
