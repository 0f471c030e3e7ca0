import type { AddOperation } from "#api/admission-review.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import { upstreamId } from "#policy/model-pattern.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import { NOTHING } from "./additions.ts";

/**
 * The provider of a model, when it is certain: every approval that covers it names
 * the same, or its endpoint has a host that serves nobody else's models, and no
 * approval of its id says otherwise. `approvals` are those that cover it.
 */
export function providerOperations(
  model: Model,
  pointer: string,
  approvals: readonly ApprovedModel[],
  lookup: PolicyLookup,
): readonly AddOperation[] {
  if (model.provider !== undefined) return NOTHING;
  const provider = agreedBy(approvals) ?? ownerOfHost(model, approvals, lookup);
  return provider === undefined ? NOTHING : [{ op: "add", path: `${pointer}/provider`, value: provider }];
}

function agreedBy(approvals: readonly ApprovedModel[]): string | undefined {
  const provider = approvals[0]?.spec.provider;
  return provider !== undefined && approvals.every(({ spec }) => spec.provider === provider) ? provider : undefined;
}

/** By its name in the model data. Approvals that call it otherwise would not cover the model any more. */
function ownerOfHost(model: Model, approvals: readonly ApprovedModel[], lookup: PolicyLookup): string | undefined {
  const { endpoint } = model;
  const owner = endpoint === undefined ? undefined : lookup.models?.providerOf({ endpoint })?.id;
  if (owner === undefined) return undefined;
  const isNamed = ({ spec }: ApprovedModel): boolean => spec.provider === owner;
  if (approvals.length > 0) return approvals.some(isNamed) ? owner : undefined;
  return lookup.approvalsOf(upstreamId(model)).every(isNamed) ? owner : undefined;
}
