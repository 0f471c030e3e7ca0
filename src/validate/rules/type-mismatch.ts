import { callAt, type ModelCall } from "#api/call-path.ts";
import type { RelativePath } from "#api/field-path.ts";
import type { Model } from "#api/kinds/model.ts";
import { upstreamId } from "#policy/model-pattern.ts";
import type { Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";

export const typeMismatch: Rule = {
  id: "type-mismatch",
  claim:
    "A model's type is what its id is known to be used as, and what the call is for that its endpoint or a route to it ends with.",
  why: "A gateway chooses by the type how to call a model. Of the wrong type it answers every request with an error that names neither the type nor the model.",
  action: "Warn",
  judges: { model: findWrongType, route: findWrongTargets },
};

function findWrongType(part: Part<"model">, facts: Facts): readonly Finding[] {
  const { type, endpoint } = part.value;
  if (type === undefined || !COMPARABLE.has(type)) return HOLDS;
  const asKnown = unlikeWhatIsKnown(part, type, facts);
  if (asKnown) return [asKnown];
  const call = endpoint === undefined ? undefined : callAt(endpoint);
  if (!call || answers(part.value, call)) return HOLDS;
  const detail = `must be '${call.types[0]}' where the endpoint ends with '${call.suffix}'`;
  const read = [["type"], ["endpoint"], ["name"], ["model"]];
  return [{ part, at: ["type"], kind: "Invalid value", value: type, detail, read }];
}

/** Types whose meaning is certain: `nlp` is any of several, and the list is open. */
const COMPARABLE: ReadonlySet<string> = new Set(["llm", "embedding", "image-gen", "rerank", "audio", "moderation"]);

function unlikeWhatIsKnown(part: Part<"model">, type: string, { lookup: { models } }: Facts): Finding | undefined {
  const provider = models?.providerOf(part.value);
  const types = provider?.find(upstreamId(part.value))?.types;
  if (!provider || !types || types.includes(type)) return undefined;
  // Language models are put to every use but that one.
  if (types.includes("llm") && type !== "embedding") return undefined;
  const detail = `must be ${either(types)}, as which ${provider.id} serves '${upstreamId(part.value)}'`;
  const read = [["type"], ["endpoint"], ["provider"], ["name"], ["model"]];
  return { part, at: ["type"], kind: "Invalid value", value: type, detail, read };
}

/** Only of models that the object declares; of others the type is not known. */
function findWrongTargets(part: Part<"route">, { owner }: Facts): readonly Finding[] {
  const { path, pathType, targetModel, targets } = part.value;
  const call = path === undefined || pathType === "Regex" ? undefined : callAt(path);
  if (!call) return HOLDS;
  const named: (readonly [RelativePath, string])[] = targetModel === undefined ? [] : [[["targetModel"], targetModel]];
  for (const [index, { model }] of targets?.entries() ?? []) named.push([["targets", index, "model"], model]);
  return named.flatMap(([at, name]) => {
    const model = owner.modelsByName.get(name);
    return model && !answers(model.value, call) ? [wrongTarget(part, at, { call, model })] : [];
  });
}

interface WrongTarget {
  readonly call: ModelCall;
  readonly model: Part<"model">;
}

function wrongTarget(part: Part<"route">, at: RelativePath, { call, model }: WrongTarget): Finding {
  const { name, type } = model.value;
  return {
    part,
    at,
    kind: "Invalid value",
    value: name,
    detail: `must be a model of type '${call.types[0]}', not '${type}', where the path ends with '${call.suffix}'`,
    read: [["path"], ["pathType"], at],
    collidesWith: [{ part: model, read: [["type"], ["name"], ["model"]] }],
  };
}

/** Models that draw as well as write are called as those that only write, and have it in their id. */
function answers(model: Model, { types }: ModelCall): boolean {
  const { type } = model;
  if (type === undefined || !COMPARABLE.has(type) || types.includes(type)) return true;
  return type === "image-gen" && types.includes("llm") && upstreamId(model).includes("image");
}

function either(types: readonly string[]): string {
  return types.map((type) => `'${type}'`).join(" or ");
}
