import type { AddOperation } from "#api/admission-review.ts";
import type { Model } from "#api/kinds/model.ts";
import type { ModelConfig } from "#api/kinds/model-config.ts";
import type { ObjectMeta } from "#api/object-meta.ts";
import { isSameJson } from "#api/same-json.ts";
import { NOTHING } from "./additions.ts";
import type { MutationFacts } from "./facts.ts";
import { lacksSomething, modelOperations } from "./model.ts";
import { fittingFor } from "./models.ts";
import { type Unchecked, unchecked } from "./unchecked.ts";

/** Defaults of a model that is an object of its own, unless an update left it alone. */
export function modelConfigOperations(
  config: Unchecked<ModelConfig>,
  previous: Unchecked<ModelConfig> | undefined,
  facts: MutationFacts,
): readonly AddOperation[] {
  const spec = unchecked<ModelConfig["spec"]>(config.spec);
  const model = spec && named(spec, config.metadata);
  if (!model || !lacksSomething(model)) return NOTHING;
  const added = modelOperations(model, "/spec", facts);
  const predecessor = unchecked<ModelConfig["spec"]>(previous?.spec);
  if (added.length === 0 || !predecessor) return added;
  return isSameJson(spec, predecessor) ? NOTHING : fittingFor(predecessor, added);
}

/** As it is judged: without an id of its own the name of the object is its id; the API server may yet make one. */
function named(spec: Unchecked<ModelConfig["spec"]>, metadata: unknown): Unchecked<Model> {
  const { name = "" } = unchecked<ObjectMeta>(metadata) ?? {};
  return { name, model: name, ...spec };
}
