import type { RelativePath } from "#api/field-path.ts";
import type { Model } from "#api/kinds/model.ts";
import type { NamespaceObjects, StoredGateway, StoredModelConfig } from "#policy/stored-objects.ts";
import type { Part, Parts } from "./part.ts";

/** A model of a gateway as far as fallbacks go: by its own fields, or by those of its ModelConfig. */
export interface FallbackModel {
  readonly name: string;
  readonly type: string | undefined;
  readonly fallbacks: readonly string[];
}

/** A model of the gateway that is judged, with the fields that say it. */
export interface OwnModel extends FallbackModel {
  readonly part: Part<"model">;
  /** Where it says what it falls back on. */
  readonly at: RelativePath;
  readonly read: readonly RelativePath[];
  readonly readType: readonly RelativePath[];
}

type Said = Pick<Model, "name" | "type" | "fallbacks" | "modelRef">;

/** A ModelConfig that is judged counts as it is about to be, and not as it is stored. */
export type ConfigOf = (name: string) => Pick<StoredModelConfig["spec"], "type" | "fallbacks"> | undefined;

export function configsIn(objects: NamespaceObjects): ConfigOf {
  return (name) => objects.get("ModelConfig", name)?.spec;
}

/** What a model falls back on; nothing is allocated for one that says it itself. */
export function fallbacksOf({ fallbacks, modelRef }: Said, configOf: ConfigOf): readonly string[] {
  return (modelRef ? configOf(modelRef.name)?.fallbacks : fallbacks) ?? NONE;
}

const NONE: readonly string[] = [];

function fallbackModel(model: Said, configOf: ConfigOf): FallbackModel {
  const { name, modelRef } = model;
  const type = modelRef ? configOf(modelRef.name)?.type : model.type;
  return { name, type, fallbacks: fallbacksOf(model, configOf) };
}

export function ownModels({ modelsByName }: Parts, configOf: ConfigOf): ReadonlyMap<string, OwnModel> {
  const models = new Map<string, OwnModel>();
  for (const [name, part] of modelsByName) {
    const places = part.value.modelRef ? ELSEWHERE : HERE;
    models.set(name, { ...fallbackModel(part.value, configOf), ...places, part });
  }
  return models;
}

const HERE = { at: ["fallbacks"], read: [["fallbacks"]], readType: [["type"]] };
const ELSEWHERE = { at: ["modelRef"], read: [["modelRef"]], readType: [["modelRef"]] };

export function storedModels({ spec }: StoredGateway, configOf: ConfigOf): ReadonlyMap<string, FallbackModel> {
  return new Map(spec.models.map((model) => [model.name, fallbackModel(model, configOf)]));
}
