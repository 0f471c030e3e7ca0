import type { Route } from "#api/kinds/route.ts";
import { canonicalJson } from "#gateway/canonical-json.ts";

/** Where a route is: without a path at the root, so that as a prefix it takes everything. */
export function pathOf({ path }: Pick<Route, "path">): string {
  return path === undefined || path === "" ? "/" : path;
}

/** What a route of a gateway is known again by in another version of it: the requests that it takes. */
export function matchId(route: Route): string {
  const { pathType = "Prefix", methods = [], match = {} } = route;
  const { hostnames = [], headers = [], queryParams = [], models = [] } = match;
  const conditions = [methods, hostnames, headers, queryParams, models];
  return canonicalJson([pathOf(route), pathType, ...conditions.map(sorted)], 0);
}

function sorted(list: readonly unknown[]): readonly string[] {
  return list.map((item) => canonicalJson(item, 0)).sort();
}
