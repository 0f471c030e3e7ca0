import type { AIRoute } from "#api/kinds/ai-route.ts";
import type { IntegrationConfig } from "#api/kinds/integration-config.ts";
import type { ModelConfig } from "#api/kinds/model-config.ts";
import type { PromptTemplate } from "#api/kinds/prompt-template.ts";
import type { RateLimitPolicy } from "#api/kinds/rate-limit-policy.ts";
import { sharedModel } from "#policy/stored-objects.ts";
import { type ApprovalState, approvalInstants, approvalState } from "../effective/approval-state.ts";
import { type AttachedFindings, acceptedBy, programmedBy, resolvedBy } from "./attached-verdicts.ts";
import { type Circumstances, earliest, generationOf, type Told } from "./told.ts";
import { unlessEmpty } from "./unless-empty.ts";
import { conditionsOf, no, unknown, type Verdict, type Verdicts, yes } from "./verdict.ts";

type StatusOf<T extends { readonly status?: unknown }> = NonNullable<T["status"]>;

/** Pure: the status of a model that gateways share, of which so many refer to it. */
export function modelConfigStatus(
  config: ModelConfig,
  findings: AttachedFindings,
  usedBy: number,
  { facts, now }: Circumstances,
): Told<StatusOf<ModelConfig>> {
  const { namespace = "" } = config.metadata;
  const model = sharedModel(config);
  const place = { lookup: facts, namespace, now: now.getTime() };
  const verdicts = {
    Accepted: acceptedBy(findings),
    ResolvedRefs: resolvedBy(findings),
    Approved: APPROVALS[approvalState(model, place)],
  };
  return { status: { ...basis(config, verdicts, now), usedBy }, nextChange: earliest(approvalInstants(model, place)) };
}

const APPROVALS: Readonly<Record<ApprovalState, Verdict>> = {
  approved: yes("Approved", "an approval in force covers it"),
  expired: no("ApprovalExpired", "the approval that covered it has expired"),
  retired: no("ModelRetired", "the approval that covered it was retired"),
  none: no("NotApproved", "no approval covers it"),
};

/** Pure: the status of a template, to which so many routes refer. */
export function promptTemplateStatus(
  template: PromptTemplate,
  findings: AttachedFindings,
  usedBy: number,
  { now }: Circumstances,
): Told<StatusOf<PromptTemplate>> {
  return { status: { ...basis(template, { Accepted: acceptedBy(findings) }, now), usedBy } };
}

/** Pure: the status of limits, or of an integration. */
export function limitOrIntegrationStatus(
  object: RateLimitPolicy | IntegrationConfig,
  findings: AttachedFindings,
  { now }: Circumstances,
): Told<StatusOf<RateLimitPolicy>> {
  return { status: basis(object, deliveredVerdicts(findings), now) };
}

/** Pure: the status of a route, at each of its gateways and at all together. */
export function routeStatus(
  route: AIRoute,
  findings: AttachedFindings,
  { now }: Circumstances,
): Told<StatusOf<AIRoute>> {
  const observedGeneration = generationOf(route);
  const names = Array.from(new Set((route.spec.parentRefs ?? []).map(({ name }) => name)));
  const parents = names.map((name) => {
    const { conditions } = route.status?.parents?.find((parent) => parent.name === name) ?? {};
    const verdicts = parentVerdicts(name, findings);
    return { name, conditions: conditionsOf(verdicts, conditions, { observedGeneration, now }), verdicts };
  });
  const bad = parents.find(({ verdicts }) => verdicts["Accepted"]?.status !== "True");
  const Accepted = bad?.verdicts["Accepted"] ?? acceptedBy(findings);
  const status = {
    ...basis(route, { Accepted }, now),
    ...unlessEmpty(
      "parents",
      parents.map(({ name, conditions }) => ({ name, conditions })),
    ),
  };
  return { status };
}

function parentVerdicts(gateway: string, { faults, missing, reports }: AttachedFindings): Verdicts {
  const report = reports.find((one) => one.gateway === gateway);
  const isMissing = missing.some(({ kind, name }) => kind === "AIGatewayConfig" && name === gateway);
  if (isMissing) return alike(no("NoMatchingParent", `AIGatewayConfig '${gateway}' must be in the route's namespace`));
  if (!report) return alike(unknown("Pending", `gateway '${gateway}' has not been put together with it yet`));
  const elsewhere = missing.filter(({ kind }) => kind !== "AIGatewayConfig");
  return deliveredVerdicts({ faults, missing: elsewhere, reports: [report] });
}

function alike(verdict: Verdict): Verdicts {
  return { Accepted: verdict, ResolvedRefs: verdict, Programmed: no(verdict.reason, verdict.message) };
}

function deliveredVerdicts(findings: AttachedFindings): Verdicts {
  return { Accepted: acceptedBy(findings), ResolvedRefs: resolvedBy(findings), Programmed: programmedBy(findings) };
}

interface Reported {
  readonly metadata: object;
  readonly status?: { readonly conditions?: Parameters<typeof conditionsOf>[1] };
}

function basis({ metadata, status }: Reported, verdicts: Verdicts, now: Date) {
  const observedGeneration = generationOf({ metadata });
  return {
    ...(observedGeneration !== undefined && { observedGeneration }),
    conditions: conditionsOf(verdicts, status?.conditions, { observedGeneration, now }),
  };
}
