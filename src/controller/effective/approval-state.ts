import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import type { CoverageContext } from "#policy/coverage.ts";
import { isCovered } from "#policy/covers.ts";
import { upstreamId } from "#policy/model-pattern.ts";
import { hasCome, moment } from "#policy/moment.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";

/**
 * What approvals say of a model at an instant. `retired`: every approval that was ever
 * given to it has been taken back for good, by its state or by its date. `expired`: one
 * has only run out, so that what runs may go on. `none`: nobody approves it, and nobody
 * has retired it.
 */
export type ApprovalState = "approved" | "expired" | "retired" | "none";

/** Where and when a model is used. */
export interface Place {
  readonly lookup: Pick<PolicyLookup, "approvalsOf" | "namespaceLabels">;
  readonly namespace: string;
  readonly now: number;
}

export function approvalState(model: Model, { lookup, namespace, now }: Place): ApprovalState {
  const approvals = lookup.approvalsOf(upstreamId(model));
  if (approvals.length === 0) return "none";
  const context = { namespace, namespaceLabels: lookup.namespaceLabels(namespace), now };
  const given = approvals.filter((approval) => isGiven(approval) && coversButForTime(approval, model, context));
  if (given.length === 0) return "none";
  const standing = given.filter((approval) => !isRetired(approval, now));
  if (standing.length === 0) return "retired";
  return standing.some(({ spec }) => !hasCome(spec.lifecycle.expiresAt, now)) ? "approved" : "expired";
}

/** What was only proposed was never given. */
function isGiven({ spec }: ApprovedModel): boolean {
  return spec.lifecycle.state !== "Proposed";
}

function coversButForTime(approval: ApprovedModel, model: Model, context: CoverageContext): boolean {
  const { expiresAt: _, retiresAt: __, ...lifecycle } = approval.spec.lifecycle;
  const timeless = { ...approval, spec: { ...approval.spec, lifecycle: { ...lifecycle, state: "Approved" as const } } };
  return isCovered(timeless, model, context);
}

function isRetired({ spec: { lifecycle } }: ApprovedModel, now: number): boolean {
  return lifecycle.state === "Retired" || hasCome(lifecycle.retiresAt, now);
}

/** Instants, in milliseconds since the epoch, at which time alone may change what approvals say of a model. */
export function* approvalInstants(model: Model, { lookup, now }: Place): Generator<number> {
  for (const { spec } of lookup.approvalsOf(upstreamId(model))) {
    const { state, expiresAt, retiresAt } = spec.lifecycle;
    if (state === "Proposed" || state === "Retired") continue;
    for (const instant of [expiresAt, retiresAt]) {
      if (instant !== undefined && moment(instant) > now) yield moment(instant);
    }
  }
}
