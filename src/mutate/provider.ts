import type { AddOperation } from "#api/admission-review.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import { NOTHING } from "./additions.ts";
import type { Unchecked } from "./unchecked.ts";

/** The provider of a model, when every approval that covers it names the same. */
export function providerOperations(
  model: Unchecked<Model>,
  pointer: string,
  approvals: readonly ApprovedModel[],
): readonly AddOperation[] {
  const provider = approvals[0]?.spec.provider;
  if (model.provider !== undefined || provider === undefined) return NOTHING;
  if (approvals.some(({ spec }) => spec.provider !== provider)) return NOTHING;
  return [{ op: "add", path: `${pointer}/provider`, value: provider }];
}
