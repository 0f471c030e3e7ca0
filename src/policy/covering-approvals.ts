import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import type { Coverage, CoverageContext, Refusal } from "./coverage.ts";
import { covers, isCovered } from "./covers.ts";
import { upstreamId } from "./model-pattern.ts";
import type { PolicyLookup } from "./policy-lookup.ts";

/** Where approvals and labels are looked up. */
export type ApprovalLookup = Pick<PolicyLookup, "approvalsOf" | "namespaceLabels">;

/** Where and when a model is to be used; the labels are looked up. */
export type UseOfModel = Pick<CoverageContext, "namespace" | "now">;

/** The approvals that cover a model, by name. */
export function coveringApprovals(lookup: ApprovalLookup, model: Model, use: UseOfModel): readonly ApprovedModel[] {
  const candidates = lookup.approvalsOf(upstreamId(model));
  if (candidates.length === 0) return candidates;
  const context = { ...use, namespaceLabels: lookup.namespaceLabels(use.namespace) };
  return candidates.filter((approval) => isCovered(approval, model, context));
}

/** Why the approval that came closest does not cover a model. */
export interface ClosestRefusal {
  readonly approval: ApprovedModel;
  /** `approval openai`, as a finding's source. */
  readonly source: string;
  /** The most basic reason first; all of them must go before the approval covers the model. */
  readonly refusals: readonly [Refusal, ...Refusal[]];
}

/**
 * The most telling reason why no approval covers a model: of all approvals that
 * name it the one of which most conditions are met before the first that is not,
 * then the one with the fewest reasons, then the first by name. Undefined where
 * none names the model, and where one covers it.
 */
export function closestRefusal(lookup: ApprovalLookup, model: Model, use: UseOfModel): ClosestRefusal | undefined {
  let closest: Candidate | undefined;
  for (const { approval, coverage } of coveragesOf(lookup, model, use)) {
    if (coverage.covered) return undefined;
    if (closest === undefined || isCloser(coverage, closest.coverage)) closest = { approval, coverage };
  }
  return (
    closest && { approval: closest.approval, source: sourceOf(closest.approval), refusals: closest.coverage.refusals }
  );
}

/**
 * Why no approval covers a model, where of one that otherwise would nothing but the
 * classes of data stand against it: of several, the first by name. Undefined
 * where one covers the model, and where other reasons stand against all.
 */
export function uncleared(lookup: ApprovalLookup, model: Model, use: UseOfModel): ClosestRefusal | undefined {
  if (model.dataClassification === undefined || model.dataClassification.length === 0) return undefined;
  let first: ClosestRefusal | undefined;
  for (const { approval, coverage } of coveragesOf(lookup, model, use)) {
    if (coverage.covered) return undefined;
    const { refusals } = coverage;
    if (refusals.every(({ field }) => field === "dataClassification")) {
      first ??= { approval, source: sourceOf(approval), refusals };
    }
  }
  return first;
}

type Refused = Extract<Coverage, { covered: false }>;

interface Candidate {
  readonly approval: ApprovedModel;
  readonly coverage: Refused;
}

function isCloser(a: Refused, b: Refused): boolean {
  return (a.conditionsMet - b.conditionsMet || b.refusals.length - a.refusals.length) > 0;
}

function coveragesOf(lookup: ApprovalLookup, model: Model, use: UseOfModel) {
  const context = { ...use, namespaceLabels: lookup.namespaceLabels(use.namespace) };
  return lookup
    .approvalsOf(upstreamId(model))
    .map((approval) => ({ approval, coverage: covers(approval, model, context) }));
}

/** How an approval is named as the source of a value or a finding. */
export function sourceOf({ metadata }: ApprovedModel): string {
  return `approval ${metadata.name}`;
}
