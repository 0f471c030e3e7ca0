import type { FactObject } from "#cluster/fact-handler.ts";
import type { FactIndex, FactKind } from "#policy/fact-index.ts";
import { isStoredKind, type StoredKind } from "#policy/stored-objects.ts";
import { neighboursOf } from "./neighbours.ts";
import type { ViolationScan } from "./violation-scan.ts";

/** What is marked by. */
export type Marks = Pick<ViolationScan, "mark" | "markNamespaces">;

/**
 * Marks the stored objects of which policies may find something else for this object,
 * as the index has it: asked before a change of it and after.
 */
export function markFor(kind: FactKind, { metadata }: FactObject, facts: FactIndex, marks: Marks): void {
  const { namespace = "", name } = metadata;
  if (isStoredKind(kind)) {
    marks.mark(kind, namespace, name);
    markNeighbours(kind, { namespace, name }, facts, marks);
    return;
  }
  switch (kind) {
    case "Namespace":
      marks.markNamespaces([name]);
      break;
    case "AIGatewayPolicy":
      markSelected(name, facts, marks);
      break;
    case "ApprovedModel":
      markUsers(name, facts, marks);
      break;
    case "AIGatewayClass":
      for (const config of facts.configsOfClass(name)) {
        marks.mark(config.kind, config.namespace, config.name);
        markNeighbours(config.kind, config, facts, marks);
      }
      break;
  }
}

function markNeighbours(
  kind: StoredKind,
  object: { readonly namespace: string; readonly name: string },
  facts: FactIndex,
  marks: Marks,
): void {
  for (const neighbour of neighboursOf(kind, object, facts))
    marks.mark(neighbour.kind, object.namespace, neighbour.name);
}

/** Those in the namespaces that a policy selects. */
export function markSelected(policy: string, facts: FactIndex, marks: Marks): void {
  const selected = facts.selectedBy(policy);
  marks.markNamespaces(selected === "every namespace" ? facts.namespacesInUse() : selected);
}

/** Those with a model that an approval names; all, where it hands out a credential that any may name by hand. */
export function markUsers(approval: string, facts: FactIndex, marks: Marks): void {
  const known = facts.approval(approval);
  if (!known) return;
  if (known.spec.defaults?.authSecretRef) marks.markNamespaces(facts.namespacesInUse());
  else
    for (const pattern of known.spec.models)
      for (const { users } of facts.usesOf(pattern))
        for (const { kind, namespace, name } of users) marks.mark(kind, namespace, name);
}
