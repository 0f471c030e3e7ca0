import { millisecondsOf } from "#api/duration.ts";
import type { RelativePath } from "#api/field-path.ts";
import { valueAt } from "#api/field-path.ts";
import { LIMIT_ON } from "#policy/approval-limits.ts";
import { RATE_LIMIT_FIELDS, type RateLimitField } from "#policy/effective-policy.ts";
import { alternatives } from "#policy/words.ts";
import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";

export const contradictoryBounds: Rule = {
  id: "contradictory-bounds",
  claim: "What a policy or an approval asks for can be met, by its own defaults too.",
  why: "No value is both above a minimum of 600 and below a maximum of 60, so that every team is denied whatever it writes; and a default that its own policy refuses denies those who wrote nothing.",
  action: "Deny",
  unreadable: true,
  judges: { gatewayPolicy: findInPolicy, approval: findInApproval },
};

function findInPolicy(part: Part<"gatewayPolicy">): readonly Finding[] {
  const found: Finding[] = [];
  for (const field of RATE_LIMIT_FIELDS) {
    const [min, max] = [
      ["rateLimits", "min", field],
      ["rateLimits", "max", field],
    ];
    const least = numberAt(part, min);
    const most = numberAt(part, max);
    if (least !== undefined && most !== undefined && least > most) {
      const detail = `must be less than or equal to ${most}, the maximum in \`rateLimits.max\``;
      found.push({ part, at: min, kind: "Invalid value", value: least, detail, read: [min, max] });
    }
    addDefaultOutside(found, part, field, { min, max });
  }
  addDefaultFaults(found, part);
  addRefusedLabels(found, part);
  return found.length === 0 ? HOLDS : found;
}

function findInApproval(part: Part<"approval">): readonly Finding[] {
  const found: Finding[] = [];
  for (const field of RATE_LIMIT_FIELDS) addDefaultOutside(found, part, field, { max: ["limits", LIMIT_ON[field]] });
  addDefaultFaults(found, part);
  addRetirementBeforeExpiry(found, part);
  return found.length === 0 ? HOLDS : found;
}

interface BoundPaths {
  readonly min?: RelativePath;
  readonly max: RelativePath;
}

/** A default is brought inside the bounds, so nobody is denied for it; but it is not what was written. */
function addDefaultOutside(found: Finding[], part: Part, field: RateLimitField, { min, max }: BoundPaths): void {
  const at = ["defaults", "rateLimits", field];
  const value = numberAt(part, at);
  if (value === undefined) return;
  const most = numberAt(part, max);
  const least = min && numberAt(part, min);
  if (most !== undefined && value > most) {
    const detail = `must be less than or equal to ${most}, the maximum in \`${max[0]}\`, to which it is lowered`;
    found.push({ part, at, kind: "Invalid value", value, detail, advice: true, read: [at, max] });
  } else if (min && least !== undefined && value < least) {
    const detail = `must be greater than or equal to ${least}, the minimum in \`rateLimits\`, to which it is raised`;
    found.push({ part, at, kind: "Invalid value", value, detail, advice: true, read: [at, min] });
  }
}

function addDefaultFaults(found: Finding[], part: Part): void {
  addBurstAboveRate(found, part);
  const [request, streamIdle] = [REQUEST, STREAM_IDLE].map((at) => durationAt(part, at));
  addNoTime(found, part, REQUEST, request);
  addNoTime(found, part, STREAM_IDLE, streamIdle);
  if (request !== undefined && streamIdle !== undefined && streamIdle > request && request > 0) {
    const value = valueAt(part.value, STREAM_IDLE);
    const detail = `must be at most '${String(valueAt(part.value, REQUEST))}', the time of the whole request in \`defaults.timeouts.request\``;
    found.push({ part, at: STREAM_IDLE, kind: "Invalid value", value, detail, read: [REQUEST, STREAM_IDLE] });
  }
}

const RATE = ["defaults", "rateLimits", "requestsPerMinute"];
const BURST = ["defaults", "rateLimits", "burst"];
const REQUEST = ["defaults", "timeouts", "request"];
const STREAM_IDLE = ["defaults", "timeouts", "streamIdle"];

function addBurstAboveRate(found: Finding[], part: Part): void {
  const rate = numberAt(part, RATE);
  const burst = numberAt(part, BURST);
  if (rate === undefined || burst === undefined || burst <= rate) return;
  const detail = `must be less than or equal to ${rate}, the requests in a minute, to which it is lowered`;
  found.push({ part, at: BURST, kind: "Invalid value", value: burst, detail, advice: true, read: [RATE, BURST] });
}

function addNoTime(found: Finding[], part: Part, at: RelativePath, milliseconds: number | undefined): void {
  if (milliseconds !== 0) return;
  const detail = "must be longer than no time at all, such as '30s'";
  found.push({ part, at, kind: "Invalid value", value: valueAt(part.value, at), detail, read: [at] });
}

/** A label that is given to objects and then refused. */
function addRefusedLabels(found: Finding[], part: Part<"gatewayPolicy">): void {
  const { defaults: { labels = {} } = {}, requiredLabels = [] } = part.value;
  requiredLabels.forEach(({ key, values }, index) => {
    const given = Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (given === undefined || !values || values.includes(given)) return;
    const at = ["defaults", "labels", key];
    const detail = `must be ${alternatives(values)}, as \`requiredLabels[${index}]\` asks`;
    found.push({ part, at, kind: "Unsupported value", value: given, detail, read: [at, ["requiredLabels"]] });
  });
}

function addRetirementBeforeExpiry(found: Finding[], part: Part<"approval">): void {
  const { expiresAt, retiresAt } = part.value.lifecycle ?? {};
  if (expiresAt === undefined || retiresAt === undefined || Date.parse(retiresAt) >= Date.parse(expiresAt)) return;
  const at = ["lifecycle", "retiresAt"];
  const detail = `must not be before \`lifecycle.expiresAt\`, '${expiresAt}'`;
  const read = [at, ["lifecycle", "expiresAt"]];
  found.push({ part, at, kind: "Invalid value", value: retiresAt, detail, advice: true, read });
}

function numberAt(part: Part, path: RelativePath): number | undefined {
  const value = valueAt(part.value, path);
  return typeof value === "number" ? value : undefined;
}

function durationAt(part: Part, path: RelativePath): number | undefined {
  const value = valueAt(part.value, path);
  return typeof value === "string" ? millisecondsOf(value) : undefined;
}
