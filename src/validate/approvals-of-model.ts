import type { RelativePath } from "#api/field-path.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import { type ApprovalLimits, tightestLimits } from "#policy/approval-limits.ts";
import { COVERAGE_FIELDS } from "#policy/coverage.ts";
import { coveringApprovals } from "#policy/covering-approvals.ts";
import type { Part } from "./part.ts";
import type { Facts } from "./rule.ts";

type Approvals = readonly ApprovedModel[];

/** The approvals that cover a model, looked up once for all rules of a judgement. */
export function approvalsOfModel(part: Part<"model">, facts: Facts): Approvals {
  const known = facts.approvals.get(part);
  if (known) return known;
  const use = { namespace: facts.owner.namespace, now: facts.now };
  const approvals = coveringApprovals(facts.lookup, part.value, use);
  facts.approvals.set(part, approvals);
  return approvals;
}

/** The limits of the approvals that cover a model. */
export function approvalLimits(approvals: Approvals): ApprovalLimits {
  const [first] = approvals;
  if (!first) return NO_LIMITS;
  if (approvals.length > 1) return tightestLimits(approvals);
  const kept = limitsByApproval.get(first);
  if (kept) return kept;
  const limits = tightestLimits(approvals);
  limitsByApproval.set(first, limits);
  return limits;
}

const NO_LIMITS: ApprovalLimits = { rateLimits: {} };

/** Approvals are never changed, only replaced. */
const limitsByApproval = new WeakMap<ApprovedModel, ApprovalLimits>();

/** The fields of a model that make out which approvals cover it: its name only where it has no id of its own. */
export function coverageRead(model: Model): readonly RelativePath[] {
  return model.model === undefined ? READ_BY_NAME : READ_BY_ID;
}

const READ_BY_NAME: readonly RelativePath[] = COVERAGE_FIELDS.map((field) => [field]);
const READ_BY_ID: readonly RelativePath[] = COVERAGE_FIELDS.filter((field) => field !== "name").map((field) => [field]);
