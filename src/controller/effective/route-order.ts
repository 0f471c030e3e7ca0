import type { EffectiveRoute } from "#gateway/effective-configuration.ts";
import { compareNames } from "#policy/name-order.ts";

/**
 * The order in which a gateway is to try its routes. Published in
 * docs/what-runs.md: an exact path before a prefix before an expression, the longer
 * prefix before the shorter, then an exact host before a wildcard before any, some
 * methods before any, and more further conditions before fewer. What is equal in
 * all that stays as it was.
 */
export function bySpecificity(one: EffectiveRoute, other: EffectiveRoute): number {
  return (
    PATH_TYPES[one.pathType] - PATH_TYPES[other.pathType] ||
    byPath(one, other) ||
    specificityOfHosts(other) - specificityOfHosts(one) ||
    Number(isGiven(other.methods)) - Number(isGiven(one.methods)) ||
    lengthOf(other.match?.headers) - lengthOf(one.match?.headers) ||
    lengthOf(other.match?.queryParams) - lengthOf(one.match?.queryParams) ||
    Number(isGiven(other.match?.models)) - Number(isGiven(one.match?.models))
  );
}

const PATH_TYPES = { Exact: 0, Prefix: 1, Regex: 2 } as const;

/** Different paths of one length have no request in common, so that their order is free; expressions may. */
function byPath(one: EffectiveRoute, other: EffectiveRoute): number {
  if (one.pathType === "Regex") return 0;
  return other.path.length - one.path.length || compareNames(one.path, other.path);
}

/** The least specific of a route's hosts counts: an exact one more than any wildcard, of which the longest most. */
function specificityOfHosts({ match }: EffectiveRoute): number {
  const hosts = match?.hostnames ?? [];
  if (hosts.length === 0) return 0;
  return Math.min(...hosts.map((host) => (host.startsWith("*") ? host.length : EXACT)));
}

/** Longer than any host. */
const EXACT = 1000;

function isGiven(list: readonly unknown[] | undefined): boolean {
  return lengthOf(list) > 0;
}

function lengthOf(list: readonly unknown[] | undefined): number {
  return list?.length ?? 0;
}
