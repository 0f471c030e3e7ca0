import type { AddOperation } from "#api/admission-review.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import { additions, type FieldDefault } from "./additions.ts";
import type { Offers } from "./facts.ts";
import type { Unchecked } from "./unchecked.ts";

/** Timeouts of a model: those of the first covering approval that offers one, then the policies'. */
export function timeoutOperations(
  model: Unchecked<Model>,
  pointer: string,
  { approvals, policy }: Offers,
): readonly AddOperation[] {
  const defaults: FieldDefault[] = [];
  for (const field of TIMEOUT_FIELDS) {
    const value = offeredTimeout(field, approvals) ?? policy.defaults.timeouts[field]?.value;
    if (value !== undefined) defaults.push([field, value]);
  }
  return additions(`${pointer}/timeouts`, model.timeouts, defaults);
}

/** In the order of the documentation. */
export const TIMEOUT_FIELDS = ["request", "streamIdle"] as const;

function offeredTimeout(field: TimeoutField, approvals: readonly ApprovedModel[]): string | undefined {
  for (const { spec } of approvals) {
    const timeout = spec.defaults?.timeouts?.[field];
    if (timeout !== undefined) return timeout;
  }
  return undefined;
}

type TimeoutField = (typeof TIMEOUT_FIELDS)[number];
