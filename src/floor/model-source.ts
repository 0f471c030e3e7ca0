import type { Kind } from "#api/kind.ts";
import { aiGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { modelConfig } from "#api/kinds/model-config.ts";

/**
 * How one kind holds models, in CEL. A model is `model`, its index `index`, and the
 * object that it is in `object` or `oldObject`. What comes from an object is made
 * `string()` where it stands in a list or a map: their items must be of one type,
 * and the types of objects are only known when warnings are looked for.
 */
export interface ModelSource {
  readonly kind: Kind;
  readonly models: string;
  readonly oldModels: string;
  /** Field path of the model. */
  readonly at: string;
  /** Which model it is, in whatever version of the object. */
  readonly key: string;
  /** Whether the model says by itself what it is. */
  readonly isOwn: string;
  /** The id that approvals are about. */
  readonly id: (object: "object" | "oldObject") => string;
  /** The field that holds it. */
  readonly idField: string;
  /** More models than the API server lets one expression search for among 254 lengths of prefixes. */
  readonly isLong: boolean;
}

export const MODEL_SOURCES: readonly ModelSource[] = [
  {
    kind: aiGatewayConfig,
    models: "object.spec.models",
    oldModels: "oldObject.spec.models",
    at: "'spec.models[' + string(index) + ']'",
    key: "string(model.name)",
    isOwn: "!has(model.modelRef)",
    id: () => "string(has(model.model) ? model.model : model.name)",
    idField: "(has(model.model) ? '.model' : '.name')",
    isLong: true,
  },
  {
    kind: modelConfig,
    models: "[object.spec]",
    oldModels: "[oldObject.spec]",
    at: "'spec'",
    key: "''",
    isOwn: "true",
    id: (object) => `string(has(model.model) ? model.model : ${object}.metadata.?name.orValue(''))`,
    idField: "'.model'",
    isLong: false,
  },
];

/** A list over the models, `filter` and `item` being expressions of `model` and `index`. */
export function eachModel({ models }: ModelSource, filter: string, item: string): string {
  return `${models}.transformList(index, model, ${filter}, ${item})`;
}

/** As `eachModel`, over what was there before an update. */
export function eachOldModel({ oldModels }: ModelSource, filter: string, item: string): string {
  return `oldObject == null ? [] : ${oldModels}.filter(model, ${filter}).map(model, ${item})`;
}
