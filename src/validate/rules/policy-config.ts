import { millisecondsOf } from "#api/duration.ts";
import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import { POLICY_CONFIGS } from "#api/kinds/policy-config.ts";
import { accessListFaults, own, type SettingFault } from "../access-list.ts";
import { configFaults } from "../config-faults.ts";
import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";
import { closedCheck } from "../shape.ts";

export const policyConfig: Rule = {
  id: "policy-config",
  claim:
    "The `config` of a policy is what its type asks for, and `accessControl` of a model likewise; an empty access list says its mode.",
  why: "A misspelt setting of a circuit breaker is ignored, and the breaker never opens. An empty access list lets everybody in at one gateway and nobody at another.",
  action: "Deny",
  judges: { policy: findBadConfig, model: findBadAccess },
};

function findBadConfig(part: Part<"policy">): readonly Finding[] {
  const { type, config = NOTHING } = part.value;
  if (type === undefined) return HOLDS;
  const beyondSchema = BEYOND_SCHEMA[type](config);
  // Nearly every config is right, and generated code sees that in a tenth of the time.
  if (beyondSchema.length === 0 && isRight(type, config)) return HOLDS;
  const faults = [...configFaults(POLICY_CONFIGS[type].json, config, ["config"]), ...beyondSchema];
  return faults.length === 0 ? HOLDS : faults.map((fault) => findingOf(part, fault));
}

/** Its shape is the schema's. */
function findBadAccess(part: Part<"model">): readonly Finding[] {
  const { accessControl } = part.value;
  if (accessControl === undefined) return HOLDS;
  return accessListFaults(accessControl, ["accessControl"]).map((fault) => findingOf(part, fault));
}

type PolicyType = keyof typeof POLICY_CONFIGS;

function isRight(type: PolicyType, config: Config): boolean {
  const check = checks.get(type) ?? closedCheck(POLICY_CONFIGS[type].json);
  checks.set(type, check);
  return check(config);
}

const checks = new Map<PolicyType, (config: Config) => boolean>();

type Config = NonNullable<AttachedPolicy["config"]>;

const NOTHING: Config = {};

function findingOf(part: Part, { at, kind, value, detail, unknown, advice, read = [] }: SettingFault): Finding {
  return {
    part,
    at,
    kind,
    detail,
    ...(value === undefined ? {} : { value }),
    ...(unknown || advice ? { advice: true } : {}),
    read: [["type"], at, ...read],
  };
}

/** What a schema cannot say. Values of the wrong type are passed over: they are found by the schema. */
const BEYOND_SCHEMA: Readonly<Record<PolicyType, (config: Config) => readonly SettingFault[]>> = {
  circuitBreaker: (config) => [...wrongDurations(config), ...openTwice(config)],
  accessControl: (config) => accessListFaults(config, ["config"]),
  observability: () => [],
};

const HOUR = 3_600_000;

function wrongDurations(config: Config): readonly SettingFault[] {
  const faults: SettingFault[] = [];
  for (const field of ["interval", "openDuration"]) {
    const duration = own(config, field);
    const milliseconds = typeof duration === "string" ? millisecondsOf(duration) : undefined;
    if (milliseconds === undefined || (milliseconds > 0 && milliseconds <= HOUR)) continue;
    faults.push({ at: ["config", field], kind: "Invalid value", detail: "must be more than '0s' and at most '1h'" });
  }
  return faults;
}

function openTwice(config: Config): readonly SettingFault[] {
  if (own(config, "openSeconds") === undefined || own(config, "openDuration") === undefined) return [];
  const detail = "must be absent when `openDuration` is given";
  return [{ at: ["config", "openSeconds"], kind: "Forbidden", detail, read: [["config", "openDuration"]] }];
}
