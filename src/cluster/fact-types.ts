import { GROUP, VERSION } from "#api/kind.ts";
import { kindByName } from "#api/kinds.ts";
import type { Watched } from "#kube/informer-factory.ts";
import type { ResourceType } from "#kube/resource.ts";
import { FACT_KINDS, type FactKind } from "#policy/fact-index.ts";

/** What is watched of one kind of facts. */
export interface FactType {
  readonly kind: FactKind;
  readonly type: ResourceType;
  readonly content: Watched["content"];
}

/**
 * All that verdicts rest on beside the object itself. AIGatewayConfigs are not
 * among them: no rule asks for another one yet.
 */
export function factTypes(): readonly FactType[] {
  return FACT_KINDS.map((kind) => ({
    kind,
    type: kind === "Namespace" ? NAMESPACES : typeOf(kind),
    // Of a namespace nothing is read but its labels.
    content: kind === "Namespace" ? "metadata" : "whole",
  }));
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
