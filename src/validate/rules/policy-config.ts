import type { RelativePath } from "#api/field-path.ts";
import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import { POLICY_CONFIGS } from "#api/kinds/policy-config.ts";
import { type ConfigFault, configFaults } from "../config-faults.ts";
import { millisecondsOf } from "../duration.ts";
import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";
import { closedCheck } from "../shape.ts";

export const policyConfig: Rule = {
  id: "policy-config",
  claim: "The `config` of a policy is what its type asks for; an empty access list says its mode.",
  action: "Deny",
  judges: { policy: findBadConfig },
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

type PolicyType = keyof typeof POLICY_CONFIGS;

function isRight(type: PolicyType, config: Config): boolean {
  const check = checks.get(type) ?? closedCheck(POLICY_CONFIGS[type].json);
  checks.set(type, check);
  return check(config);
}

const checks = new Map<PolicyType, (config: Config) => boolean>();

type Config = NonNullable<AttachedPolicy["config"]>;

const NOTHING: Config = {};

interface Fault extends ConfigFault {
  /** Other fields that it rests on. */
  readonly read?: readonly RelativePath[];
  readonly advice?: true;
}

function findingOf(part: Part<"policy">, { at, kind, value, detail, unknown, advice, read = [] }: Fault): Finding {
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
const BEYOND_SCHEMA: Readonly<Record<PolicyType, (config: Config) => readonly Fault[]>> = {
  circuitBreaker: (config) => [...wrongDurations(config), ...openTwice(config)],
  accessControl: (config) => [...unclearMode(config), ...idleLists(config)],
  observability: () => [],
};

const HOUR = 3_600_000;

function wrongDurations(config: Config): readonly Fault[] {
  const faults: Fault[] = [];
  for (const field of ["interval", "openDuration"]) {
    const duration = own(config, field);
    const milliseconds = typeof duration === "string" ? millisecondsOf(duration) : undefined;
    if (milliseconds === undefined || (milliseconds > 0 && milliseconds <= HOUR)) continue;
    faults.push({ at: ["config", field], kind: "Invalid value", detail: "must be more than '0s' and at most '1h'" });
  }
  return faults;
}

function openTwice(config: Config): readonly Fault[] {
  if (own(config, "openSeconds") === undefined || own(config, "openDuration") === undefined) return [];
  const detail = "must be absent when `openDuration` is given";
  return [{ at: ["config", "openSeconds"], kind: "Forbidden", detail, read: [["config", "openDuration"]] }];
}

const LISTS = ["consumers", "groups", "allowedModels"];

/** An empty list means everybody to some gateways and nobody to others (LiteLLM, Bifrost), so the mode must say which. */
function unclearMode(config: Config): readonly Fault[] {
  const mode = own(config, "mode");
  const lists = LISTS.map((field) => own(config, field)).filter((list) => Array.isArray(list));
  const filled = lists.some((list) => list.length > 0);
  const read = [...LISTS, "jwt"].map((field) => ["config", field]);
  if (mode === undefined && (lists.some((list) => list.length === 0) || !(filled || own(config, "jwt")))) {
    const detail = "must be 'allowAll', 'denyAll' or 'allowList' where a list is empty or none is given";
    return [{ at: ["config", "mode"], kind: "Required value", detail, read }];
  }
  if (mode === "allowList" && !filled) {
    const detail = "must be 'allowAll' or 'denyAll' where no list has an item";
    return [{ at: ["config", "mode"], kind: "Invalid value", detail, read }];
  }
  return [];
}

function idleLists(config: Config): readonly Fault[] {
  if (own(config, "mode") !== "allowAll") return [];
  return ["consumers", "groups"].flatMap((field): readonly Fault[] => {
    const list = own(config, field);
    if (!Array.isArray(list) || list.length === 0) return [];
    const detail = "must be empty when `mode` is 'allowAll', which lets everybody in";
    return [{ at: ["config", field], kind: "Forbidden", detail, read: [["config", "mode"]], advice: true }];
  });
}

function own(config: Config, field: string): unknown {
  return Object.hasOwn(config, field) ? config[field] : undefined;
}
