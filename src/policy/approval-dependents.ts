import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { isCovered } from "./covers.ts";
import { upstreamId } from "./model-pattern.ts";
import type { PolicyLookup } from "./policy-lookup.ts";
import type { StoredObject } from "./stored-objects.ts";

/**
 * The stored objects with a model that this approval covers and no other
 * does: those that would lose something, were it deleted. An approval that is not
 * in force covers nothing. Whoever depends on it twice may come twice.
 */
export function* dependentsOf(approval: ApprovedModel, lookup: PolicyLookup, now: number): Generator<StoredObject> {
  for (const pattern of approval.spec.models) {
    for (const { model, users } of lookup.usesOf(pattern)) {
      const others = lookup
        .approvalsOf(upstreamId(model))
        .filter(({ metadata }) => metadata.name !== approval.metadata.name);
      for (const user of users) {
        const { namespace } = user;
        const context = { namespace, namespaceLabels: lookup.namespaceLabels(namespace), now };
        const covers = (candidate: ApprovedModel) => isCovered(candidate, model, context);
        if (covers(approval) && !others.some(covers)) yield user;
      }
    }
  }
}
