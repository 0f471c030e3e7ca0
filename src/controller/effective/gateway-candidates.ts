import type { AIRoute } from "#api/kinds/ai-route.ts";
import { aiRoute } from "#api/kinds/ai-route.ts";
import { promptTemplate } from "#api/kinds/prompt-template.ts";
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

/** The templates that routes refer to, in the form in which they are written or in the one in which they were good. */
export function templateCandidates(
  routes: readonly Candidate<"route">[],
  gathering: Gathering,
): readonly Candidate<"template">[] {
  const names = new Set<string>();
  for (const { current, kept } of routes) {
    for (const form of [current, kept]) if (form?.promptTemplateRef) names.add(form.promptTemplateRef.name);
  }
  return Array.from(names)
    .sort(compareNames)
    .map((name) => templateCandidate(name, gathering));
}

function templateCandidate(name: string, { inputs, kept, judge }: Gathering): Candidate<"template"> {
  const part = { kind: "template" as const, owner: { kind: promptTemplate.kind, name }, name, path: "spec", id: name };
  const template = inputs.templates.get(name);
  if (!template || isTerminating(template)) {
    const message = `PromptTemplate '${name}' must be in the gateway's namespace`;
    const missing = { reason: "InvalidReference", message, rules: ["unresolved-reference"] };
    return { ...part, current: undefined, faults: [missing], kept: kept.template.get(name) };
  }
  const { faults, partFaults } = judge(promptTemplate, template);
  return {
    ...part,
    current: template.spec,
    faults: [...faults, ...(partFaults.get("spec") ?? [])],
    kept: kept.template.get(name),
  };
}
