import type { RelativePath } from "#api/field-path.ts";
import type { AIRoute } from "#api/kinds/ai-route.ts";
import type { Route } from "#api/kinds/route.ts";
import type { Match, NamespaceObjects, StoredRoute } from "#policy/stored-objects.ts";
import type { Part, Parts } from "./part.ts";
import { type RouteKeys, routeKeysOf } from "./route-keys.ts";
import { type Finding, HOLDS } from "./rule.ts";

/** All that makes a route match a request. */
export const READ_OF_ROUTE: readonly RelativePath[] = [["path"], ["pathType"], ["methods"], ["match"]];

/** A route of another object, and how a message names it. */
interface Rival {
  readonly match: Match;
  readonly name: string;
}

/** What an AIRoute repeats of each stored gateway that it belongs to: of its own routes, and of other AIRoutes there. */
export function repeatedAtParents(owner: Parts, objects: NamespaceObjects): readonly Finding[] {
  const found: Finding[] = [];
  for (const part of owner.routes) {
    const { parentRefs = [] } = part.value as AIRoute["spec"];
    for (const [index, { name }] of parentRefs.entries()) {
      const rivals = rivalsAt(name, part.value, { owner, objects });
      const finding = repeated(part, rivals, { whose: `of AIGatewayConfig '${name}'`, comesFirst: false });
      if (finding) found.push({ ...finding, read: [...READ_OF_ROUTE, ["parentRefs", index, "name"]] });
    }
  }
  return found.length === 0 ? HOLDS : found;
}

/** Routes of a gateway that an AIRoute of it has, or whose requests they take from one. */
export function repeatedByAttached(owner: Parts, objects: NamespaceObjects): readonly Finding[] {
  const attached = objects.routesOf(owner.name);
  if (!attached) return HOLDS;
  const found: Finding[] = [];
  for (const part of owner.routes) {
    const known = attached.get(part.value.path ?? "");
    if (!known) continue;
    const rivals = Array.from(known, rivalOf).slice(0, MOST_RIVALS);
    const finding = repeated(part, rivals, { whose: "of this gateway", comesFirst: true });
    if (finding) found.push({ ...finding, read: READ_OF_ROUTE });
  }
  return found.length === 0 ? HOLDS : found;
}

/** Routes with one path; as many as a gateway may have of its own are compared. */
const MOST_RIVALS = 512;

function rivalsAt(
  gateway: string,
  { path = "" }: Route,
  { owner, objects }: { readonly owner: Parts; readonly objects: NamespaceObjects },
): readonly Rival[] {
  const rivals: Rival[] = [];
  for (const [index, match] of (objects.get("AIGatewayConfig", gateway)?.spec.routes ?? []).entries()) {
    if ((match.path ?? "") === path) rivals.push({ match, name: `\`spec.routes[${index}]\`` });
  }
  for (const route of objects.routesOf(gateway)?.get(path) ?? []) {
    if (rivals.length >= 2 * MOST_RIVALS) break;
    if (route.metadata.name !== owner.name) rivals.push(rivalOf(route));
  }
  return rivals;
}

function rivalOf({ metadata, spec }: StoredRoute): Rival {
  return { match: spec, name: `AIRoute '${metadata.name}'` };
}

interface Relation {
  /** Of which gateway the others are. */
  readonly whose: string;
  /** Whether gateways that use the first match look at the route before the others. */
  readonly comesFirst: boolean;
}

/** The first of the others that it repeats, or else that hides it or is hidden by it. */
function repeated(
  part: Part<"route">,
  rivals: readonly Rival[],
  { whose, comesFirst }: Relation,
): Omit<Finding, "read"> | undefined {
  if (rivals.length === 0) return undefined;
  const keysOf = routeKeysOf();
  const own = keysOf(part.value);
  const taken = new Set(own.collision);
  const keys = rivals.map(({ match, name }) => ({ name, keys: keysOf(match) }));
  const where = { part, at: ["path"], value: part.value.path };
  const double = keys.find((rival) => rival.keys.collision.some((key) => taken.has(key)));
  if (double) {
    const detail = `must differ from ${double.name} ${whose} in path, path type, methods, hostnames or other conditions`;
    return { ...where, kind: "Duplicate value", detail };
  }
  const other = keys.find((rival) => (comesFirst ? hides(own, rival.keys) : hides(rival.keys, own)));
  if (!other) return undefined;
  const [what, whoseRequests] = comesFirst
    ? ["narrower", "whose requests it takes"]
    : ["wider", "which takes its requests"];
  const detail = `must be ${what} than ${other.name} ${whose}, ${whoseRequests} on gateways that use the first match`;
  return { ...where, kind: "Invalid value", detail, advice: true };
}

function hides(wider: RouteKeys, narrower: RouteKeys): boolean {
  return narrower.wider.includes(wider.own);
}
