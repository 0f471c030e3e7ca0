import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Condition } from "./coverage.ts";
import { idFieldOf, upstreamId } from "./model-pattern.ts";
import { hasCome } from "./moment.ts";

type Lifecycle = ApprovedModel["spec"]["lifecycle"];

/** The approval was given, and has neither expired nor been retired. */
export const inForce: Condition = ({ lifecycle }, model, { now }) => {
  const obstacle = obstacleOf(lifecycle, now);
  if (obstacle === undefined) return undefined;
  const detail = `must be approved, but ${obstacle}${adviceOf(lifecycle)}`;
  return {
    field: idFieldOf(model),
    kind: "Forbidden",
    given: upstreamId(model),
    detail,
    sourceField: "spec.lifecycle",
  };
};

/** Whether an approval covers models at all, whichever they are. */
export function isInForce(lifecycle: Lifecycle, now: number): boolean {
  return obstacleOf(lifecycle, now) === undefined;
}

function obstacleOf({ state, expiresAt, retiresAt }: Lifecycle, now: number): string | undefined {
  if (state === "Proposed") return "the approval is only Proposed";
  if (state === "Retired") return "the approval is Retired";
  if (hasCome(retiresAt, now)) return `the model retired at ${retiresAt}`;
  if (hasCome(expiresAt, now)) return `the approval expired at ${expiresAt}`;
  return undefined;
}

function adviceOf({ state, replacement }: Lifecycle): string {
  return replacement === undefined || state === "Proposed" ? "" : `; use '${replacement}' instead`;
}
