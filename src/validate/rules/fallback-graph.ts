import type { RelativePath } from "#api/field-path.ts";
import type { Route } from "#api/kinds/route.ts";
import { badChains } from "../fallback-chains.ts";
import { LONGEST_CHAIN } from "../fallback-nodes.ts";
import type { Part, Parts } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";

export const fallbackGraph: Rule = {
  id: "fallback-graph",
  claim: `Fallbacks lead to other models of the same type, at most ${LONGEST_CHAIN} steps far and never back.`,
  why: "When a provider is down, requests go round in a circle until they time out, each of them paid for at every step, or reach a model that cannot answer that kind of request.",
  action: "Deny",
  judges: { object: (_object, { owner }) => findBadFallbacks(owner) },
};

function findBadFallbacks(owner: Parts): readonly Finding[] {
  const models = owner.models.filter(hasFallbacks);
  const routes = owner.routes.filter(hasFallbacks);
  if (models.length === 0 && routes.length === 0) return HOLDS;
  const found = [
    ...models.flatMap((part) => unfitFallbacks(part, [part], owner)),
    ...routes.flatMap((part) => unfitFallbacks(part, targetsOf(part, owner), owner)),
    ...badChains(owner, routes),
  ];
  return found.length === 0 ? HOLDS : found;
}

type Holder = Part<"model"> | Part<"route">;

function hasFallbacks({ value }: Holder): boolean {
  return value.fallbacks !== undefined && value.fallbacks.length > 0;
}

/** What the fallbacks of a route stand in for; undefined for a name that nothing declares here. */
function targetsOf({ value }: Part<"route">, { modelsByName }: Parts): Targets {
  return targetNames(value).map((name) => modelsByName.get(name));
}

function targetNames({ targets, targetModel }: Route): readonly string[] {
  if (targets && targets.length > 0) return targets.map(({ model }) => model);
  return targetModel === undefined ? [] : [targetModel];
}

/** The model that no fallback may be. A ModelConfig does not know by which name gateways have it. */
function onlyTarget(part: Holder, { modelsByName }: Parts): string | undefined {
  if (part.kind === "model") return modelsByName.has(part.value.name) ? part.value.name : undefined;
  const names = targetNames(part.value);
  return names.length === 1 ? names[0] : undefined;
}

type Targets = readonly (Part<"model"> | undefined)[];

/** Fallbacks that cannot stand in for the targets; of several targets one may stand in for the others. */
function unfitFallbacks(part: Holder, targets: Targets, owner: Parts): readonly Finding[] {
  const { modelsByName } = owner;
  const read = part.kind === "route" ? TARGETS : [];
  const only = onlyTarget(part, owner);
  const found: Finding[] = [];
  part.value.fallbacks?.forEach((name, index) => {
    const at = ["fallbacks", index];
    const where = { part, at, kind: "Invalid value", value: name } as const;
    const fallback = modelsByName.get(name);
    if (name === only) {
      const detail = `must not be the ${part.kind === "route" ? "target of the route" : "model itself"}`;
      found.push({ ...where, detail, read: [...read, at] });
    } else if (fallback && differsInType(fallback, targets)) {
      found.push({ ...where, ...typeMismatch(part, fallback, targets), read: [...read, ...TYPE, at] });
    }
  });
  return found;
}

const TARGETS: readonly RelativePath[] = [["targetModel"], ["targets"]];
const TYPE: readonly RelativePath[] = [["type"]];

/** A model whose type is not known is taken to fit. */
function differsInType({ value: { type } }: Part<"model">, targets: Targets): boolean {
  if (type === undefined || targets.length === 0) return false;
  return targets.every((target) => target?.value.type !== undefined && target.value.type !== type);
}

function typeMismatch(part: Holder, fallback: Part<"model">, targets: Targets) {
  const types = Array.from(new Set(targets.map((target) => `'${target?.value.type}'`))).join(" or ");
  const detail = `must be a model of type ${types}, not '${fallback.value.type}'`;
  const others = [...targets, fallback].flatMap((model) =>
    model && model !== part ? [{ part: model, read: TYPE }] : [],
  );
  return { detail, collidesWith: others };
}
