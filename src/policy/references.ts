import type { RelativePath } from "#api/field-path.ts";
import type { ObjectName, StoredGateway, StoredKind, StoredKinds } from "./stored-objects.ts";

/** Another object of the namespace, and where an object names it. */
export interface Reference extends ObjectName {
  /** From the object's root. */
  readonly at: RelativePath;
}

/** The objects of its namespace that an object names, whether they exist or not. */
export function referencesOf<K extends StoredKind>(kind: K, object: Pick<StoredKinds[K], "spec">): Iterable<Reference> {
  return REFERENCES[kind](object.spec);
}

const REFERENCES: {
  readonly [K in StoredKind]: (spec: StoredKinds[K]["spec"]) => Iterable<Reference>;
} = {
  AIGatewayConfig: referencesOfGateway,
  ModelConfig: () => [],
  *AIRoute({ parentRefs = [], promptTemplateRef }) {
    for (const [index, { name }] of parentRefs.entries()) {
      yield { kind: "AIGatewayConfig", name, at: ["spec", "parentRefs", index, "name"] };
    }
    if (promptTemplateRef) yield templateReference(promptTemplateRef.name, ["spec"]);
  },
  PromptTemplate: () => [],
  *IntegrationConfig({ targetRefs = [] }) {
    for (const [index, { kind, name }] of targetRefs.entries()) {
      yield { kind, name, at: ["spec", "targetRefs", index, "name"] };
    }
  },
};

function* referencesOfGateway({ models, routes }: StoredGateway["spec"]): Generator<Reference> {
  for (const [index, { modelRef }] of models.entries()) {
    if (modelRef) yield { kind: "ModelConfig", name: modelRef.name, at: ["spec", "models", index, "modelRef", "name"] };
  }
  for (const [index, { promptTemplateRef }] of routes.entries()) {
    if (promptTemplateRef) yield templateReference(promptTemplateRef.name, ["spec", "routes", index]);
  }
}

function templateReference(name: string, base: RelativePath): Reference {
  return { kind: "PromptTemplate", name, at: [...base, "promptTemplateRef", "name"] };
}
