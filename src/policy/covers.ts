import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import { APPROVAL_CONDITIONS } from "./approval-conditions.ts";
import type { Coverage, CoverageContext, Refusal } from "./coverage.ts";

/** Whether an approval covers a model that is used there and then, and if not, why. */
export function covers(approval: ApprovedModel, model: Model, context: CoverageContext): Coverage {
  const refusals: Refusal[] = [];
  let conditionsMet = 0;
  for (const condition of APPROVAL_CONDITIONS) {
    const refusal = condition(approval.spec, model, context);
    if (refusal) refusals.push(refusal);
    else if (refusals.length === 0) conditionsMet++;
  }
  const [first, ...others] = refusals;
  return first ? { covered: false, refusals: [first, ...others], conditionsMet } : COVERED;
}

const COVERED: Coverage = { covered: true };

/** Whether an approval covers a model, without the reasons why not. */
export function isCovered(approval: ApprovedModel, model: Model, context: CoverageContext): boolean {
  for (const condition of APPROVAL_CONDITIONS) {
    if (condition(approval.spec, model, context)) return false;
  }
  return true;
}
