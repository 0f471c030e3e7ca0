import type { Route } from "#api/kinds/route.ts";

/** What a route matches, as keys to find others by. Routes are compared only where their paths are equal. */
export interface RouteKeys {
  /** One for each host and method, thousands in a long list: routes that share one match the same requests. */
  readonly collision: readonly number[];
  /** All of it together. */
  readonly own: string;
  /** The keys of routes that would take all of its requests and more. */
  readonly wider: readonly string[];
}

/** Gives the keys of routes with the same path, one after the other. */
export function routeKeysOf(): (route: Route) => RouteKeys {
  const texts = new Map<string, number>();
  const numberOf = (text: string) => {
    const number = texts.get(text) ?? texts.size;
    texts.set(text, number);
    return number;
  };
  return (route) => keysOf(route, numberOf);
}

const ANY = "*";

type Method = NonNullable<Route["methods"]>[number] | typeof ANY;

const METHODS: Readonly<Record<Method, number>> = {
  [ANY]: 0,
  GET: 1,
  POST: 2,
  PUT: 3,
  DELETE: 4,
  PATCH: 5,
  HEAD: 6,
  OPTIONS: 7,
};

const METHOD_COUNT = Object.keys(METHODS).length;

/** `numberOf` stands in for a text that may be long, so that keys stay short. */
function keysOf(route: Route, numberOf: (text: string) => number): RouteKeys {
  const type = route.pathType ?? "Prefix";
  const methods = listOrAny(route.methods);
  const hosts = listOrAny(route.match?.hostnames?.map((host) => host.toLowerCase()));
  const conditions = numberOf(conditionsOf(route));
  const atHost = (host: string) => numberOf(`${type} ${conditions} ${host}`) * METHOD_COUNT;
  const scope = `${conditions} ${numberOf(JSON.stringify(hosts))}`;
  const key = (ofType: string, ofMethods: readonly Method[]) => `${ofType} ${ofMethods.join(",")} ${scope}`;
  const own = key(type, methods);
  const wider = [key(type, [ANY]), ...(type === "Exact" ? [key("Prefix", methods), key("Prefix", [ANY])] : [])];
  return {
    collision: hosts.map(atHost).flatMap((first) => methods.map((method) => first + METHODS[method])),
    own,
    wider: wider.filter((each) => each !== own),
  };
}

/** What a list allows, in one order and without repetitions; an absent or empty one allows anything. */
function listOrAny<T extends string>(list: readonly T[] | undefined): readonly (T | typeof ANY)[] {
  return list && list.length > 0 ? Array.from(new Set(list)).sort() : [ANY];
}

/** Headers, query parameters and model names as one text; their order says nothing. */
function conditionsOf({ match }: Route): string {
  if (!match) return NO_CONDITIONS;
  const headers = match.headers?.map(({ name, value, type }) =>
    JSON.stringify([name.toLowerCase(), value, type ?? "Exact"]),
  );
  const queryParams = match.queryParams?.map(({ name, value, type }) => JSON.stringify([name, value, type ?? "Exact"]));
  return JSON.stringify([headers, queryParams, match.models].map((list) => Array.from(new Set(list)).sort()));
}

const NO_CONDITIONS = "[[],[],[]]";
