import type { AIRoute } from "#api/kinds/ai-route.ts";
import { aiRoute } from "#api/kinds/ai-route.ts";
import { promptTemplate } from "#api/kinds/prompt-template.ts";
import type { Route } from "#api/kinds/route.ts";
import { compareNames } from "#policy/name-order.ts";
import { isTerminating } from "#review/terminating.ts";
import { byAge } from "./attachment.ts";
import type { Candidate } from "./choice.ts";
import type { Gathering, JudgedGateway } from "./gathering.ts";
import { matchId } from "./route-match.ts";

/** The policies of a gateway, by name. */
export function policyCandidates(
  { owner, judged, unreadable }: JudgedGateway,
  { kept }: Gathering,
): readonly Candidate<"policy">[] {
  const written = judged.parts.policies.map((part) => {
    const faults = [...judged.faults, ...(judged.partFaults.get(part.path) ?? [])];
    return { path: part.path, name: part.value.name, current: part.value, faults };
  });
  return [...written, ...unreadable("policies").map((part) => ({ ...part, current: undefined }))]
    .map((part) => ({ ...part, kind: "policy" as const, owner, id: part.name, kept: kept.policy.get(part.name) }))
    .sort((one, other) => compareNames(one.name, other.name));
}

/** The routes of a gateway and of the AIRoutes that belong to it, those of the oldest object first. */
export function routeCandidates(
  gateway: JudgedGateway,
  attached: readonly AIRoute[],
  gathering: Gathering,
): readonly Candidate<"route">[] {
  const groups = [
    { object: gathering.inputs.gateway, routes: ownRoutes(gateway, gathering) },
    ...attached.map((object) => ({ object, routes: [attachedRoute(object, gateway, gathering)] })),
  ];
  return groups.sort((one, other) => byAge(one.object, other.object)).flatMap(({ routes }) => routes);
}

function ownRoutes({ owner, judged, unreadable }: JudgedGateway, { kept }: Gathering): readonly Candidate<"route">[] {
  const seen = new Map<string, number>();
  const written = judged.parts.routes.map((part) => {
    const match = matchId(part.value);
    const earlier = seen.get(match) ?? 0;
    seen.set(match, earlier + 1);
    // Of several that take the same requests only the first can ever have been good.
    const id = earlier === 0 ? match : `${match}#${earlier}`;
    const faults = [...judged.faults, ...(judged.partFaults.get(part.path) ?? [])];
    return { path: part.path, name: part.value.path ?? "", id, current: part.value, faults, kept: kept.route.get(id) };
  });
  const unread = unreadable("routes").map((part) => ({ ...part, id: part.path, current: undefined, kept: undefined }));
  return [...written, ...unread].map((part) => ({ ...part, kind: "route", owner }));
}

function attachedRoute(route: AIRoute, gateway: JudgedGateway, gathering: Gathering): Candidate<"route"> {
  const { name = "" } = route.metadata;
  const judged = gathering.judge(aiRoute, route);
  const { parentRefs: _, ...current } = (judged.parts.routes[0]?.value ?? {}) as AIRoute["spec"];
  const id = `${aiRoute.kind}/${name}`;
  return {
    kind: "route",
    owner: { kind: aiRoute.kind, name },
    name: current.path ?? "",
    path: "spec",
    id,
    current,
    faults: [...gateway.judged.faults, ...judged.faults, ...(judged.partFaults.get("spec") ?? [])],
    kept: gathering.kept.route.get(id),
  };
}

/**
 * The templates that routes refer to. One to which only the last good form of a route
 * does is not asked for any more: what was good of it is all that counts.
 */
export function templateCandidates(
  routes: readonly Candidate<"route">[],
  gathering: Gathering,
): readonly Candidate<"template">[] {
  const written = namesIn(routes.map(({ current }) => current));
  const kept = namesIn(routes.map((route) => route.kept)).difference(written);
  const candidates = [
    ...Array.from(written, (name) => templateCandidate(name, gathering)),
    ...Array.from(kept, (name) => ({ ...templatePart(name, gathering), current: undefined, faults: [] })),
  ];
  return candidates.sort((one, other) => compareNames(one.name, other.name));
}

function namesIn(routes: readonly (Route | undefined)[]): Set<string> {
  return new Set(routes.flatMap((route) => route?.promptTemplateRef?.name ?? []));
}

function templatePart(name: string, { kept }: Gathering) {
  const owner = { kind: promptTemplate.kind, name };
  return { kind: "template" as const, owner, name, path: "spec", id: name, kept: kept.template.get(name) };
}

function templateCandidate(name: string, gathering: Gathering): Candidate<"template"> {
  const part = templatePart(name, gathering);
  const template = gathering.inputs.templates.get(name);
  if (!template || isTerminating(template)) {
    const message = `PromptTemplate '${name}' must be in the gateway's namespace`;
    return { ...part, current: undefined, faults: [{ reason: "InvalidReference", message, rules: [RULE] }] };
  }
  const { faults, partFaults } = gathering.judge(promptTemplate, template);
  return { ...part, current: template.spec, faults: [...faults, ...(partFaults.get("spec") ?? [])] };
}

const RULE = "unresolved-reference";
