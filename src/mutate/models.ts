import type { AddOperation } from "#api/admission-review.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { Model } from "#api/kinds/model.ts";
import { NOTHING } from "./additions.ts";
import type { MutationFacts } from "./facts.ts";
import { lacksSomething, modelOperations } from "./model.ts";
import { isSameJson } from "./same-json.ts";
import { type Unchecked, unchecked } from "./unchecked.ts";

/** Defaults of the models that are written inline and that the request added or changed. */
export function modelsOperations(
  config: Unchecked<AIGatewayConfig>,
  previous: Unchecked<AIGatewayConfig> | undefined,
  facts: MutationFacts,
): readonly AddOperation[] {
  const models = modelsOf(config);
  let operations: AddOperation[] | undefined;
  let isUnchanged: UnchangedModel | undefined;
  for (let index = 0; index < models.length; index++) {
    const model = unchecked<Model>(models[index]);
    if (!model || !lacksSomething(model)) continue;
    const added = modelOperations(model, index, facts);
    if (added.length === 0) continue;
    // Asked last: mostly there is nothing to add, and comparing is the costly part.
    isUnchanged ??= previous ? unchangedFrom(modelsOf(previous)) : NEVER;
    if (!isUnchanged(model, index)) (operations ??= []).push(...added);
  }
  return operations ?? NOTHING;
}

function modelsOf(config: Unchecked<AIGatewayConfig>): readonly unknown[] {
  const models = unchecked<AIGatewayConfig["spec"]>(config.spec)?.models;
  return Array.isArray(models) ? models : NO_MODELS;
}

const NO_MODELS: readonly unknown[] = [];

type UnchangedModel = (model: Unchecked<Model>, index: number) => boolean;

const NEVER: UnchangedModel = () => false;

/** Finds a model again at its old place, or, where it was moved, by its name. */
function unchangedFrom(previous: readonly unknown[]): UnchangedModel {
  let byName: ReadonlyMap<unknown, unknown> | undefined;
  return (model, index) => {
    if (isSameJson(model, previous[index])) return true;
    if (nameOf(previous[index]) === model.name) return false;
    byName ??= new Map(previous.map((item) => [nameOf(item), item]));
    return isSameJson(model, byName.get(model.name));
  };
}

function nameOf(item: unknown): unknown {
  return unchecked<Model>(item)?.name;
}
