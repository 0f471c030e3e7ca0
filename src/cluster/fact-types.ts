import { GROUP, VERSION } from "#api/kind.ts";
import { kindByName } from "#api/kinds.ts";
import type { Wanted } from "#kube/informer-factory.ts";
import type { ResourceType } from "#kube/resource.ts";
import { FACT_KINDS, type FactKind } from "#policy/fact-index.ts";
import { isStoredKind } from "#policy/stored-objects.ts";
import type { FactObject } from "./fact-handler.ts";
import { keptFields } from "./kept-fields.ts";
import { namespaceLabelsOnly } from "./namespace-labels.ts";

/** What is watched of one kind of facts. */
export interface FactType {
  readonly kind: FactKind;
  readonly type: ResourceType;
  /** What is asked for and kept of each object. */
  readonly wanted: Wanted<FactObject>;
  /** As much of a kept object as the index serves. */
  readonly served: (object: FactObject) => FactObject;
}

/**
 * What is kept of objects that teams have stored, which come by the thousand: what
 * the index serves, or all of it, for a controller that delivers what they say.
 */
export type Kept = "served" | "whole";

/** All that verdicts rest on beside the object itself. */
export function factTypes(kept: Kept): readonly FactType[] {
  return FACT_KINDS.map((kind) => ({ kind, type: factType(kind), ...contentOf(kind, kept) }));
}

/** The resource that a kind of facts is stored as. */
export function factType(kind: FactKind): ResourceType {
  return kind === "Namespace" ? NAMESPACES : typeOf(kind);
}

function contentOf(kind: FactKind, kept: Kept): Pick<FactType, "wanted" | "served"> {
  if (kind === "Namespace") return { wanted: NAMESPACE_LABELS, served: identity };
  if (!isStoredKind(kind)) return { wanted: WHOLE, served: identity };
  const served = keptFields(kind);
  return kept === "whole" ? { wanted: WHOLE, served } : { wanted: { transform: served }, served: identity };
}

const WHOLE: Wanted<FactObject> = {};
const NAMESPACE_LABELS: Wanted<FactObject> = { content: "metadata", transform: namespaceLabelsOnly };

function identity(object: FactObject): FactObject {
  return object;
}

const NAMESPACES: ResourceType = {
  group: "",
  version: "v1",
  plural: "namespaces",
  kind: "Namespace",
  namespaced: false,
};

function typeOf(name: FactKind): ResourceType {
  const kind = kindByName.get(name);
  if (!kind) throw new Error(`${name} is no kind of ${GROUP}`);
  return { group: GROUP, version: VERSION, plural: kind.plural, kind: name, namespaced: kind.scope === "Namespaced" };
}
