import { type AIGatewayConfig, MAX_MODELS } from "#api/kinds/ai-gateway-config.ts";
import { wholeSecondsTime } from "#kube/micro-time.ts";
import { plainText } from "#review/plain-text.ts";
import type { PartState } from "../effective/effective.ts";
import type { Findings } from "../gateway-ports.ts";
import { gatewayConditions } from "./gateway-conditions.ts";
import { phaseOf } from "./gateway-phase.ts";
import { unlessEmpty } from "./unless-empty.ts";
import { conditionsOf } from "./verdict.ts";

export type GatewayStatus = NonNullable<AIGatewayConfig["status"]>;

export interface StatusInput {
  /** As it is stored, with its status. */
  readonly gateway: AIGatewayConfig;
  readonly findings: Findings;
  readonly controllerName: string;
  readonly now: Date;
}

/** Pure: the status that is to be. What a gateway confirmed before stays until it confirms something else. */
export function gatewayStatus({ gateway, findings, controllerName, now }: StatusInput): GatewayStatus {
  const { status: previous = {} } = gateway;
  const observedGeneration = generationOf(gateway);
  const verdicts = gatewayConditions(gateway, findings);
  const configHash = findings.delivery?.type === "delivered" ? findings.effective?.hash : previous.configHash;
  const instances = instancesOf(previous, findings);
  return {
    controllerName,
    phase: phaseOf(findings, verdicts),
    ...(observedGeneration !== undefined && { observedGeneration }),
    ...(configHash !== undefined && { configHash }),
    ...appliedOf(previous, findings, { isApplied: verdicts.Programmed.status === "True", configHash, now }),
    conditions: conditionsOf(verdicts, previous.conditions, { observedGeneration, now }),
    ...modelsOf(previous, findings, verdicts.Programmed.status === "True"),
    ...(instances && { gateway: instances }),
  };
}

/** Every stored object has one. */
function generationOf({ metadata }: AIGatewayConfig): number | undefined {
  return (metadata as { readonly generation?: number }).generation;
}

function appliedOf(
  previous: GatewayStatus,
  { effective }: Findings,
  { isApplied, configHash, now }: { isApplied: boolean; configHash: string | undefined; now: Date },
): Pick<GatewayStatus, "appliedModels" | "lastAppliedTimestamp"> {
  if (!isApplied || !effective) {
    const { appliedModels, lastAppliedTimestamp } = previous;
    return { ...(appliedModels && { appliedModels }), ...(lastAppliedTimestamp && { lastAppliedTimestamp }) };
  }
  const isKnown = previous.configHash === configHash && wasProgrammed(previous);
  const { lastAppliedTimestamp = wholeSecondsTime(now) } = isKnown ? previous : {};
  return { appliedModels: effective.configuration.models.map(({ name }) => name), lastAppliedTimestamp };
}

function wasProgrammed({ conditions = [] }: GatewayStatus): boolean {
  return conditions.some(({ type, status }) => type === "Programmed" && status === "True");
}

/** Of a gateway that is not judged any more, as it was. */
function modelsOf(previous: GatewayStatus, { effective }: Findings, isApplied: boolean): Pick<GatewayStatus, "models"> {
  if (!effective) return previous.models ? { models: previous.models } : {};
  const models = new Map(
    effective.parts.flatMap((part) => {
      const isNamed = part.kind === "model" && part.name !== "";
      return isNamed ? [[part.name, modelOf(part, isApplied)] as const] : [];
    }),
  );
  return unlessEmpty("models", Array.from(models.values()).slice(0, MAX_MODELS));
}

function modelOf({ name, state, reason, provider }: PartState, isApplied: boolean) {
  const runs = isApplied ? "Applied" : "Pending";
  return {
    name,
    state: state === "Quarantined" ? "Quarantined" : runs,
    ...(reason !== undefined && { reason }),
    ...(provider !== undefined && { provider: plainText(provider, LONGEST_PROVIDER) }),
  } as const;
}

/** Nobody was asked where something kept the delivery: what is known stands. */
function instancesOf({ gateway }: GatewayStatus, { delivery, verification }: Findings): GatewayStatus["gateway"] {
  if (!verification) return delivery?.type === "failed" ? gateway : undefined;
  const { instances, verified, lastError } = verification.verification;
  return {
    instances,
    verified,
    ...(lastError !== undefined && { lastError: plainText(lastError, LONGEST_ERROR) }),
  };
}

/** By the schema, in characters. */
const LONGEST_PROVIDER = 63;
const LONGEST_ERROR = 4096;
