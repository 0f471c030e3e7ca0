import type { RelativePath } from "#api/field-path.ts";
import type { Model } from "#api/kinds/model.ts";
import { LIMIT_ON } from "#policy/approval-limits.ts";
import { RATE_LIMIT_FIELDS, type RateLimitField, type Sourced } from "#policy/effective-policy.ts";
import { approvalLimits, approvalsOfModel, coverageRead } from "../approvals-of-model.ts";
import { findLimitOutside } from "../limit-bounds.ts";
import type { Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";

export const rateLimitBounds: Rule = {
  id: "rate-limit-bounds",
  claim:
    "A model's limits are inside the bounds of policies and approvals, and given where a policy asks for them; those of a RateLimitPolicy are inside the policies' bounds, on average over a minute.",
  why: "One tenant's loop uses up the quota that all share at the provider, or a month's budget in a night. A limit that is absent is no limit.",
  judgesBy: [
    "AIGatewayPolicy.spec.rateLimits.required",
    "AIGatewayPolicy.spec.rateLimits.min",
    "AIGatewayPolicy.spec.rateLimits.max",
    "ApprovedModel.spec.limits",
  ],
  action: "Deny",
  judges: { model: findBadLimits, limit: findLimitOutside },
};

function findBadLimits(part: Part<"model">, facts: Facts): readonly Finding[] {
  const { modelRef, rateLimits, parameters } = part.value;
  if (modelRef !== undefined) return HOLDS;
  const found: Finding[] = [];
  const { required } = facts.policy.rateLimits;
  if (required && rateLimits?.requestsPerMinute === undefined) found.push(missing(part, required.source));
  if (rateLimits) addRateLimits(found, part, rateLimits, facts);
  if (parameters?.maxTokens !== undefined) {
    const { maxOutputTokens } = approvalLimits(approvalsOfModel(part, facts));
    addOutside(found, { part, at: MAX_TOKENS, value: parameters.maxTokens }, { approved: maxOutputTokens });
  }
  return found.length === 0 ? HOLDS : found;
}

const PATHS = {
  requestsPerMinute: ["rateLimits", "requestsPerMinute"],
  burst: ["rateLimits", "burst"],
  tokensPerMinute: ["rateLimits", "tokensPerMinute"],
} as const satisfies Record<RateLimitField, RelativePath>;

const MAX_TOKENS: RelativePath = ["parameters", "maxTokens"];

function missing(part: Part<"model">, source: string): Finding {
  const at = PATHS.requestsPerMinute;
  return {
    part,
    at,
    kind: "Required value",
    detail: "must be given",
    source,
    sourceField: "spec.rateLimits.required",
    read: [at],
  };
}

function addRateLimits(found: Finding[], part: Part<"model">, rateLimits: RateLimits, facts: Facts): void {
  const { min, max } = facts.policy.rateLimits;
  const approved = approvalLimits(approvalsOfModel(part, facts)).rateLimits;
  for (const field of RATE_LIMIT_FIELDS) {
    const value = rateLimits[field];
    if (value === undefined) continue;
    const bounds = { min: min[field], max: max[field], approved: approved[field] };
    addOutside(found, { part, at: PATHS[field], value }, bounds);
  }
  addBurstAboveRate(found, part, rateLimits);
}

interface Limit {
  readonly part: Part<"model">;
  readonly at: RelativePath;
  readonly value: number;
}

interface LimitBounds {
  readonly min?: Sourced<number> | undefined;
  readonly max?: Sourced<number> | undefined;
  /** The most that approvals allow. */
  readonly approved: Sourced<number> | undefined;
}

function addOutside(found: Finding[], { part, at, value }: Limit, { min, max, approved }: LimitBounds): void {
  const name = at.at(-1) as keyof typeof APPROVED_BY;
  if (min && value < min.value) {
    const detail = `must be greater than or equal to ${min.value}`;
    const sourceField = `spec.rateLimits.min.${name}`;
    found.push({ part, at, kind: "Invalid value", value, detail, source: min.source, sourceField, read: [at] });
  }
  const most = approved && !(max && max.value <= approved.value) ? approved : max;
  if (!most || value <= most.value) return;
  const detail = `must be less than or equal to ${most.value}`;
  const read = most === approved ? [at, ...coverageRead(part.value)] : [at];
  const sourceField = most === approved ? `spec.limits.${APPROVED_BY[name]}` : `spec.rateLimits.max.${name}`;
  found.push({ part, at, kind: "Invalid value", value, detail, source: most.source, sourceField, read });
}

/** The fields of an approval that bound those of a model. */
const APPROVED_BY = { ...LIMIT_ON, maxTokens: "maxOutputTokens" } as const;

function addBurstAboveRate(found: Finding[], part: Part<"model">, rateLimits: RateLimits): void {
  const { burst, requestsPerMinute } = rateLimits;
  if (burst === undefined || requestsPerMinute === undefined || burst <= requestsPerMinute) return;
  const detail = `must be less than or equal to \`requestsPerMinute\`, which is ${requestsPerMinute}`;
  const read = [PATHS.burst, PATHS.requestsPerMinute];
  found.push({ part, at: PATHS.burst, kind: "Invalid value", value: burst, detail, advice: true, read });
}

type RateLimits = NonNullable<Model["rateLimits"]>;
