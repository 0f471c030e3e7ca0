import type { RelativePath } from "#api/field-path.ts";
import { badChains } from "../fallback-chains.ts";
import { type ConfigOf, configsIn, fallbacksOf, type OwnModel, ownModels } from "../fallback-models.ts";
import { LONGEST_CHAIN } from "../fallback-nodes.ts";
import { badFallbacksOfRoute, badFallbacksOfShared } from "../fallbacks-elsewhere.ts";
import type { Part, Parts } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";
import { choiceOfRoute, type Unfit, unfitFallbacks } from "../unfit-fallbacks.ts";

export const fallbackGraph: Rule = {
  id: "fallback-graph",
  claim: `Fallbacks, those of ModelConfigs and AIRoutes too, lead to other models of the same type, at most ${LONGEST_CHAIN} steps far and never back.`,
  why: "When a provider is down, requests go round in a circle until they time out, each of them paid for at every step, or reach a model that cannot answer that kind of request.",
  action: "Deny",
  judges: { object: findBadFallbacks },
};

function findBadFallbacks(object: Part<"object">, { owner, lookup }: Facts): readonly Finding[] {
  const objects = lookup.objectsIn(owner.namespace);
  switch (object.value.kind) {
    case "AIGatewayConfig":
      return findInGateway(owner, configsIn(objects));
    case "AIRoute":
      return badFallbacksOfRoute(owner, objects);
    case "ModelConfig":
      return badFallbacksOfShared(owner, objects);
    default:
      return HOLDS;
  }
}

function findInGateway(owner: Parts, configOf: ConfigOf): readonly Finding[] {
  const leadsOn = ({ value }: Part<"model">): boolean => fallbacksOf(value, configOf).length > 0;
  const routes = owner.routes.filter(({ value }) => value.fallbacks !== undefined && value.fallbacks.length > 0);
  if (routes.length === 0 && !owner.models.some(leadsOn)) return HOLDS;
  const models = ownModels(owner, configOf);
  const found = [
    ...Array.from(models.values()).flatMap((model) => unfitForModel(model, models)),
    ...routes.flatMap((part) => unfitForRoute(part, models)),
    ...badChains(models, routes),
  ];
  return found.length === 0 ? HOLDS : found;
}

function unfitForModel(model: OwnModel, models: ReadonlyMap<string, OwnModel>): readonly Finding[] {
  const { part, name, fallbacks } = model;
  const choice = { fallbacks, targets: [model], only: name, noun: "model itself" } as const;
  return unfitFallbacks(choice, models).map((unfit) => {
    // Which of a ModelConfig's fallbacks it is, the message says.
    const at = part.value.modelRef ? model.at : [...model.at, unfit.index];
    return { ...findingOf(part, at, unfit), read: [...(unfit.models.length > 0 ? model.readType : []), at] };
  });
}

function unfitForRoute(part: Part<"route">, models: ReadonlyMap<string, OwnModel>): readonly Finding[] {
  return unfitFallbacks(choiceOfRoute(part.value, models), models).map((unfit) => {
    const at = ["fallbacks", unfit.index];
    return { ...findingOf(part, at, unfit), read: [...TARGETS, at] };
  });
}

const TARGETS: readonly RelativePath[] = [["targetModel"], ["targets"]];

function findingOf(part: Part, at: RelativePath, { name, detail, models }: Unfit<OwnModel>): Omit<Finding, "read"> {
  const others = models.filter((model) => model.part !== part);
  const collidesWith = others.map((model) => ({ part: model.part, read: model.readType }));
  return { part, at, kind: "Invalid value", value: name, detail, ...(models.length > 0 && { collidesWith }) };
}
