import type { Variable } from "./admission-policy.ts";
import { eachModel, eachOldModel, type ModelSource } from "./model-source.ts";

/** The URLs that an object's models are reached at, and what was there before an update. */
export function urlsOfModels(source: ModelSource): readonly Variable[] {
  const { at, key } = source;
  const found = URL_FIELDS.map(({ path, isGiven }) =>
    eachModel(source, isGiven, `{'at': ${at} + '.${path}', 'key': ${key} + ' ${path}', 'url': string(model.${path})}`),
  );
  const before = URL_FIELDS.map(({ path, isGiven }) =>
    eachOldModel(source, isGiven, `[${key} + ' ${path}', string(model.${path})]`),
  );
  return [
    { name: "urls", expression: found.join(" +\n") },
    { name: "oldUrls", expression: before.map((list) => `(${list})`).join(" +\n") },
  ];
}

const URL_FIELDS = [
  { path: "endpoint", isGiven: "has(model.endpoint)" },
  { path: "auth.oauth2.tokenUrl", isGiven: "has(model.auth) && has(model.auth.oauth2)" },
];

/** The one URL of an IntegrationConfig. */
export const URL_OF_INTEGRATION: readonly Variable[] = [
  {
    name: "urls",
    expression:
      "has(object.spec.endpoint) ? [{'at': 'spec.endpoint', 'key': '', 'url': string(object.spec.endpoint)}] : []",
  },
  {
    name: "oldUrls",
    expression: "oldObject != null && has(oldObject.spec.endpoint) ? [['', string(oldObject.spec.endpoint)]] : []",
  },
];
