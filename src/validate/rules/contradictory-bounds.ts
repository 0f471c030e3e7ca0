import { millisecondsOf } from "#api/duration.ts";
import type { RelativePath } from "#api/field-path.ts";
import { valueAt } from "#api/field-path.ts";
import { isImplausible, nearestPlausible, TIMEOUT_RANGE } from "#api/timeout-range.ts";
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
  const [request, streamIdle] = TIMEOUTS.map((at) => textAt(part, at));
  const plausible = TIMEOUTS.filter((at) => !addImplausible(found, part, at));
  if (request === undefined || streamIdle === undefined || plausible.length < TIMEOUTS.length) return;
  if (lasts(streamIdle) < lasts(request)) return;
  const detail = `must be less than \`request\`, which is '${request}'`;
  const at = STREAM_IDLE;
  found.push({ part, at, kind: "Invalid value", value: streamIdle, detail, advice: true, read: TIMEOUTS });
}

const RATE = ["defaults", "rateLimits", "requestsPerMinute"];
const BURST = ["defaults", "rateLimits", "burst"];
const REQUEST = ["defaults", "timeouts", "request"];
const STREAM_IDLE = ["defaults", "timeouts", "streamIdle"];
const TIMEOUTS: readonly RelativePath[] = [REQUEST, STREAM_IDLE];

function addBurstAboveRate(found: Finding[], part: Part): void {
  const rate = numberAt(part, RATE);
  const burst = numberAt(part, BURST);
  if (rate === undefined || burst === undefined || burst <= rate) return;
  const detail = `must be less than or equal to ${rate}, the requests in a minute, to which it is lowered`;
  found.push({ part, at: BURST, kind: "Invalid value", value: burst, detail, advice: true, read: [RATE, BURST] });
}

/** One that is implausible is given as the nearest that is not; no time at all has none that is near. */
function addImplausible(found: Finding[], part: Part, at: RelativePath): boolean {
  const value = textAt(part, at);
  if (value === undefined || !isImplausible(value)) return false;
  const { shortest, longest } = TIMEOUT_RANGE;
  const range = `must be from '${shortest.text}' to '${longest.text}'`;
  const where = { part, at, kind: "Invalid value", value, read: [at] } as const;
  if (lasts(value) === 0) found.push({ ...where, detail: range });
  else found.push({ ...where, detail: `${range}; given as '${nearestPlausible(value)}'`, advice: true });
  return true;
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

function textAt(part: Part, path: RelativePath): string | undefined {
  const value = valueAt(part.value, path);
  return typeof value === "string" ? value : undefined;
}

function lasts(duration: string): number {
  return millisecondsOf(duration) ?? Number.NaN;
}
