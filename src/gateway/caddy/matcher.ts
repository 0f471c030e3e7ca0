import type { EffectiveRoute } from "../effective-configuration.ts";
import { literal, quoted } from "./placeholders.ts";

/**
 * The requests of a route. By expressions nearly throughout: Caddy's plain matchers
 * of paths, headers and hosts look at no capitals, take `*` for anything, or replace
 * placeholders.
 */
export function matcherOf({ path, pathType, methods, match = {} }: EffectiveRoute): object {
  const { hostnames = [], headers = [], queryParams = [] } = match;
  return {
    path_regexp: { pattern: pathPattern(path, pathType) },
    ...(methods && methods.length > 0 ? { method: methods } : {}),
    ...allOf([
      ...(hostnames.length > 0 ? [{ header_regexp: { Host: { pattern: hostPattern(hostnames) } } }] : []),
      ...headers.map(({ name, value, type }) => ({
        header_regexp: { [name]: { pattern: valuePattern(value, type) } },
      })),
      ...queryParams.map(({ name, value }) => ({ query: { [literal(name)]: [literal(value)] } })),
    ]),
  };
}

function pathPattern(path: string, type: EffectiveRoute["pathType"]): string {
  if (type === "Regex") return `^(?:${path})$`;
  const exact = quoted(decoded(path));
  if (type === "Exact") return `^${exact}$`;
  return `^${exact.replace(/\/$/, "")}(?:/|$)`;
}

/** Paths are compared as they are when `%` sequences are read. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Of the header `Host`, which may name a port. `*.` stands for one label or more. */
function hostPattern(hostnames: readonly string[]): string {
  const names = hostnames.map((name) => (name.startsWith("*.") ? `[^:]+${quoted(name.slice(1))}` : quoted(name)));
  return `^(?i:${names.join("|")})(?::[0-9]+)?$`;
}

function valuePattern(value: string, type: "Exact" | "Regex" | undefined): string {
  return type === "Regex" ? `^(?:${value})$` : `^${quoted(value)}$`;
}

/** Conditions that all have to hold: none of them may not hold, since a matcher stands once in a set. */
function allOf(matchers: readonly object[]): object {
  return matchers.length === 0 ? {} : { not: matchers.map((matcher) => ({ not: [matcher] })) };
}
