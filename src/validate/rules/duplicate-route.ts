import { type Collision, collisionsAmong } from "../collisions.ts";
import type { Part, Parts } from "../part.ts";
import { type RouteKeys, routeKeysOf } from "../route-keys.ts";
import { READ_OF_ROUTE, repeatedAtParents, repeatedByAttached } from "../routes-elsewhere.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";
import { surelyDiffer } from "../surely-differ.ts";

/**
 * Overlapping routes are no fault: a gateway that prefers the longest path needs
 * no order. Only where paths are equal can a route be hidden, on gateways that
 * take the first match, and that is advice.
 */
export const duplicateRoute: Rule = {
  id: "duplicate-route",
  claim:
    "No two routes of a gateway, its own and those of AIRoutes, match the same host, path type, path, method and further conditions.",
  why: "Which of two equal routes answers depends on the gateway and on the order in the file: traffic moves to another model after an edit that has nothing to do with it.",
  action: "Deny",
  judges: { object: findRepeated },
};

function findRepeated(object: Part<"object">, { owner, lookup }: Facts): readonly Finding[] {
  const objects = lookup.objectsIn(owner.namespace);
  switch (object.value.kind) {
    case "AIRoute":
      return repeatedAtParents(owner, objects);
    case "AIGatewayConfig":
      return both(findDuplicates(owner.routes), repeatedByAttached(owner, objects));
    default:
      return HOLDS;
  }
}

function both(some: readonly Finding[], others: readonly Finding[]): readonly Finding[] {
  if (some.length === 0) return others;
  return others.length === 0 ? some : [...some, ...others];
}

function findDuplicates(routes: Parts["routes"]): readonly Finding[] {
  if (allPathsDiffer(routes)) return HOLDS;
  const groups = Map.groupBy(routes, ({ value }) => value.path);
  const found = Array.from(groups.values(), (group) => (group.length > 1 ? findAmong(group) : HOLDS)).flat();
  return found.length === 0 ? HOLDS : found;
}

function allPathsDiffer(routes: Parts["routes"]): boolean {
  return surelyDiffer(routes.map(({ value }) => value.path ?? ""));
}

/** What is found among routes with the same path. */
function findAmong(routes: readonly Part<"route">[]): readonly Finding[] {
  const keysOf = routeKeysOf();
  const candidates = routes.map(
    (part): Candidate => ({ member: { part, read: READ_OF_ROUTE }, keys: keysOf(part.value) }),
  );
  const duplicates = collisionsAmong(candidates, ({ keys }) => keys.collision);
  const distinct = new Set(candidates).difference(new Set(duplicates.map(({ item }) => item)));
  return [...duplicates.map(duplicateFinding), ...hiddenAmong(distinct)];
}

interface Candidate {
  readonly member: { readonly part: Part<"route">; readonly read: Finding["read"] };
  readonly keys: RouteKeys;
}

function duplicateFinding({ item, first, earlier }: Collision<Candidate>): Finding {
  return {
    ...item.member,
    at: ["path"],
    kind: "Duplicate value",
    value: item.member.part.value.path,
    detail: `must differ from \`${first.member.part.path}\` in path, path type, methods, hostnames or other conditions`,
    collidesWith: earlier.map(({ member }) => member),
  };
}

/** Routes behind an earlier one that takes all of their requests. */
function hiddenAmong(candidates: Iterable<Candidate>): readonly Finding[] {
  const firstWith = new Map<string, Candidate>();
  const found: Finding[] = [];
  for (const candidate of candidates) {
    const { own, wider } = candidate.keys;
    const by = wider.map((key) => firstWith.get(key)).find((other) => other !== undefined);
    if (by) found.push(hiddenFinding(candidate, by));
    if (!firstWith.has(own)) firstWith.set(own, candidate);
  }
  return found;
}

function hiddenFinding({ member }: Candidate, by: Candidate): Finding {
  return {
    ...member,
    at: ["path"],
    kind: "Invalid value",
    value: member.part.value.path,
    detail: `must come before \`${by.member.part.path}\`, which takes its requests on gateways that use the first match`,
    advice: true,
    collidesWith: [by.member],
  };
}
