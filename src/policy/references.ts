import type { ObjectName, StoredGateway, StoredKind, StoredKinds, StoredRoute } from "./stored-objects.ts";

/** The objects of its namespace that an object names, whether they exist or not. */
export function referencesOf<K extends StoredKind>(
  kind: K,
  object: Pick<StoredKinds[K], "spec">,
): readonly ObjectName[] {
  return REFERENCES[kind](object.spec);
}

const REFERENCES: {
  readonly [K in StoredKind]: (spec: StoredKinds[K]["spec"]) => readonly ObjectName[];
} = {
  AIGatewayConfig: referencesOfGateway,
  ModelConfig: () => NONE,
  AIRoute: referencesOfRoute,
  PromptTemplate: () => NONE,
  RateLimitPolicy: ({ targetRefs }) => targetRefs,
  IntegrationConfig: ({ targetRefs = NONE }) => targetRefs,
};

const NONE: readonly ObjectName[] = [];

function referencesOfGateway({ models, routes }: StoredGateway["spec"]): readonly ObjectName[] {
  return [
    ...models.flatMap(({ modelRef }) => (modelRef ? { kind: "ModelConfig" as const, name: modelRef.name } : [])),
    ...routes.flatMap(templateReference),
  ];
}

function referencesOfRoute(spec: StoredRoute["spec"]): readonly ObjectName[] {
  const parents = (spec.parentRefs ?? []).map(({ name }) => ({ kind: "AIGatewayConfig" as const, name }));
  return [...parents, ...templateReference(spec)];
}

function templateReference({ promptTemplateRef }: Pick<StoredRoute["spec"], "promptTemplateRef">): ObjectName[] {
  return promptTemplateRef ? [{ kind: "PromptTemplate", name: promptTemplateRef.name }] : [];
}
