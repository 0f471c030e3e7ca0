import { GROUP, VERSION } from "#api/kind.ts";
import { kindByName } from "#api/kinds.ts";
import type { Wanted } from "#kube/informer-factory.ts";
import type { ResourceType } from "#kube/resource.ts";
import { FACT_KINDS, type FactKind } from "#policy/fact-index.ts";
import { STORED_KINDS } from "#policy/stored-objects.ts";
import type { FactObject } from "./fact-handler.ts";
import { keptFields } from "./kept-fields.ts";
import { namespaceLabelsOnly } from "./namespace-labels.ts";

/** What is watched of one kind of facts. */
export interface FactType {
  readonly kind: FactKind;
  readonly type: ResourceType;
  /** What is asked for and kept of each object. */
  readonly wanted: Wanted<FactObject>;
}

/** All that verdicts rest on beside the object itself. */
export function factTypes(): readonly FactType[] {
  return FACT_KINDS.map((kind) => ({
    kind,
    type: kind === "Namespace" ? NAMESPACES : typeOf(kind),
    wanted: WANTED[kind] ?? {},
  }));
}

/** Of kinds that come by the thousand only what the index serves; of the platform team's, all. */
const WANTED: { readonly [K in FactKind]?: Wanted<FactObject> } = {
  Namespace: { content: "metadata", transform: namespaceLabelsOnly },
  ...Object.fromEntries(STORED_KINDS.map((kind) => [kind, { transform: keptFields(kind) }])),
};

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
