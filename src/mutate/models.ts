import type { AddOperation } from "#api/admission-review.ts";
import { type AIGatewayConfig, MAX_MODELS } from "#api/kinds/ai-gateway-config.ts";
import type { Model } from "#api/kinds/model.ts";
import { isSameJson } from "#api/same-json.ts";
import { NOTHING } from "./additions.ts";
import type { MutationFacts } from "./facts.ts";
import { lacksSomething, modelOperations } from "./model.ts";
import { type Unchecked, unchecked } from "./unchecked.ts";

/** Defaults of the models that are written inline and that the request added or changed. */
export function modelsOperations(
  config: Unchecked<AIGatewayConfig>,
  previous: Unchecked<AIGatewayConfig> | undefined,
  facts: MutationFacts,
): readonly AddOperation[] {
  const models = modelsOf(config);
  let operations: AddOperation[] | undefined;
  let predecessorOf: FindPredecessor | undefined;
  for (let index = 0; index < models.length; index++) {
    const model = unchecked<Model>(models[index]);
    if (!model || !lacksSomething(model)) continue;
    const added = modelOperations(model, `/spec/models/${index}`, facts);
    if (added.length === 0) continue;
    // Asked last: mostly there is nothing to add, and comparing is the costly part.
    predecessorOf ??= previous ? predecessorsIn(modelsOf(previous)) : NONE;
    const predecessor = predecessorOf(model, index);
    if (!predecessor) (operations ??= []).push(...added);
    else if (!isSameJson(model, predecessor)) (operations ??= []).push(...fittingFor(predecessor, added));
  }
  return operations ?? NOTHING;
}

/**
 * A model that did without a provider keeps doing so when it is edited: coverage
 * reads the provider, so to add one would make old faults of the model new ones.
 */
export function fittingFor(
  predecessor: { readonly provider?: unknown },
  added: readonly AddOperation[],
): readonly AddOperation[] {
  return predecessor.provider === undefined ? added.filter(({ path }) => !path.endsWith("/provider")) : added;
}

/** Where there are more than the schema allows, none: the object will be denied, and there may be a hundred thousand. */
function modelsOf(config: Unchecked<AIGatewayConfig>): readonly unknown[] {
  const models = unchecked<AIGatewayConfig["spec"]>(config.spec)?.models;
  return Array.isArray(models) && models.length <= MAX_MODELS ? models : NO_MODELS;
}

const NO_MODELS: readonly unknown[] = [];

type FindPredecessor = (model: Unchecked<Model>, index: number) => Unchecked<Model> | undefined;

const NONE: FindPredecessor = () => undefined;

/** Finds a model again at its old place, or, where it was moved, by its name. */
function predecessorsIn(previous: readonly unknown[]): FindPredecessor {
  let byName: ReadonlyMap<unknown, unknown> | undefined;
  return (model, index) => {
    if (nameOf(previous[index]) === model.name) return unchecked<Model>(previous[index]);
    byName ??= new Map(previous.map((item) => [nameOf(item), item]));
    return unchecked<Model>(byName.get(model.name));
  };
}

function nameOf(item: unknown): unknown {
  return unchecked<Model>(item)?.name;
}
