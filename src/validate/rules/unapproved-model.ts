import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { closestRefusal, sourceOf, uncleared } from "#policy/covering-approvals.ts";
import { idFieldOf, upstreamId } from "#policy/model-pattern.ts";
import { approvalsOfModel, coverageRead } from "../approvals-of-model.ts";
import { nearestApproved } from "../nearest-approved.ts";
import type { Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";

export const unapprovedModel: Rule = {
  id: "unapproved-model",
  claim: "An ApprovedModel covers a model's provider, id, version, type, host, region, namespace and classes of data.",
  why: "Data goes to a provider, a region or a version that nobody has cleared, and the bill or the auditor is the first to notice.",
  judgesBy: [
    "ApprovedModel.spec.models",
    "ApprovedModel.spec.provider",
    "ApprovedModel.spec.types",
    "ApprovedModel.spec.endpoints.hosts",
    "ApprovedModel.spec.regions",
    "ApprovedModel.spec.versions",
    "ApprovedModel.spec.namespaces",
    "ApprovedModel.spec.dataClassifications",
    "ApprovedModel.spec.lifecycle",
  ],
  action: "Warn",
  judges: { model: findUnapproved },
};

function findUnapproved(part: Part<"model">, facts: Facts): readonly Finding[] {
  if (part.value.modelRef !== undefined) return HOLDS;
  const approvals = approvalsOfModel(part, facts);
  const [first] = approvals;
  if (!first) return refusalsOf(part, facts);
  if (approvals.some(({ spec }) => spec.lifecycle.state === "Approved")) return HOLDS;
  return [deprecation(part, first)];
}

/** All that keeps the approval that came closest from covering the model; what is only about data, classification says. */
function refusalsOf(part: Part<"model">, facts: Facts): readonly Finding[] {
  const read = coverageRead(part.value);
  const use = { namespace: facts.owner.namespace, now: facts.now };
  if (uncleared(facts.lookup, part.value, use)) return HOLDS;
  const closest = closestRefusal(facts.lookup, part.value, use);
  if (!closest) {
    const nearest = nearestApproved(part, facts);
    const detail = `must be named by an ApprovedModel${nearest === undefined ? "" : `; the nearest is '${nearest}'`}`;
    return [{ part, ...idOf(part), kind: "Not found", detail, absent: "ApprovedModel", read }];
  }
  const { source, refusals } = closest;
  return refusals.map(({ field, kind, given, detail, sourceField }) => {
    const value = given === undefined ? {} : { value: given };
    return { part, at: [field], kind, ...value, detail, source, sourceField, absent: "ApprovedModel", read };
  });
}

/** Deprecated is still approved, so this is advice. */
function deprecation(part: Part<"model">, approval: ApprovedModel): Finding {
  const { replacement, retiresAt } = approval.spec.lifecycle;
  const by = replacement === undefined ? "" : ` by '${replacement}'`;
  const before = retiresAt === undefined ? "" : ` before it retires at ${retiresAt}`;
  return {
    part,
    ...idOf(part),
    kind: "Invalid value",
    detail: `must be replaced${by}${before}, since it is deprecated`,
    source: sourceOf(approval),
    sourceField: "spec.lifecycle",
    advice: true,
    read: coverageRead(part.value),
  };
}

function idOf({ value }: Part<"model">) {
  return { at: [idFieldOf(value)], value: upstreamId(value) };
}
