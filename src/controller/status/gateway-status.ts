import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { type Condition, setCondition } from "#kube/conditions.ts";
import { wholeSecondsTime } from "#kube/micro-time.ts";
import type { PartState } from "../effective/effective.ts";
import type { Findings } from "../gateway-ports.ts";
import { type ConditionType, gatewayConditions, type Verdict } from "./gateway-conditions.ts";

export type GatewayStatus = NonNullable<AIGatewayConfig["status"]>;

export interface StatusInput {
  readonly gateway: AIGatewayConfig;
  readonly findings: Findings;
  readonly controllerName: string;
  readonly now: Date;
}

/** Pure: the status that is to be. What a gateway confirmed before stays until it confirms something else. */
export function gatewayStatus({ gateway, findings, controllerName, now }: StatusInput): GatewayStatus {
  const previous = gateway.status ?? {};
  const { effective, delivery, verification } = findings;
  const verdicts = gatewayConditions(findings);
  const isProgrammed = verdicts.Programmed.status === "True";
  const configHash = delivery?.type === "delivered" ? effective?.hash : previous.configHash;
  const isConfirmedAnew = isProgrammed && !wasProgrammed(previous, configHash);
  const lastAppliedTimestamp = isConfirmedAnew ? wholeSecondsTime(now) : previous.lastAppliedTimestamp;
  const appliedModels = isProgrammed ? effective?.configuration.models.map(({ name }) => name) : previous.appliedModels;
  const observedGeneration = (gateway as { metadata: { generation?: number } }).metadata.generation;
  return {
    controllerName,
    phase: phaseOf(findings, verdicts),
    ...(observedGeneration !== undefined && { observedGeneration }),
    ...(configHash !== undefined && { configHash }),
    ...(appliedModels && { appliedModels }),
    ...(lastAppliedTimestamp !== undefined && { lastAppliedTimestamp }),
    conditions: conditionsOf(previous.conditions, verdicts, observedGeneration, now),
    ...(effective && { models: modelsOf(effective.parts, isProgrammed) }),
    ...(verification && { gateway: gatewayOf(verification.verification) }),
  };
}

function wasProgrammed({ conditions = [], configHash }: GatewayStatus, hash: string | undefined): boolean {
  return configHash === hash && conditions.some(({ type, status }) => type === "Programmed" && status === "True");
}

function phaseOf(
  { gatewayClass, delivery, effective }: Findings,
  { Accepted, Programmed }: Readonly<Record<ConditionType, Verdict>>,
): NonNullable<GatewayStatus["phase"]> {
  if (!gatewayClass) return "Pending";
  if (Programmed.reason === "Verifying") return "Applying";
  if (Accepted.status !== "True" || Programmed.status !== "True")
    return delivery?.type === "refused" && delivery.reason === "SecretAccessNotGranted" ? "Pending" : "Error";
  return effective?.parts.every(({ state }) => state === "Good") === true ? "Ready" : "Degraded";
}

function conditionsOf(
  previous: readonly Condition[] = [],
  verdicts: Readonly<Record<ConditionType, Verdict>>,
  observedGeneration: number | undefined,
  now: Date,
): readonly Condition[] {
  return Object.entries(verdicts).reduce((conditions, [type, verdict]) => {
    const wanted = { type, ...verdict, ...(observedGeneration !== undefined && { observedGeneration }) };
    return setCondition(conditions, wanted, now).conditions;
  }, previous);
}

function modelsOf(parts: readonly PartState[], isProgrammed: boolean): NonNullable<GatewayStatus["models"]> {
  return parts
    .filter(({ kind }) => kind === "model")
    .map(({ name, state, reason, provider }) => ({
      name,
      state: state === "Quarantined" ? "Quarantined" : isProgrammed ? "Applied" : "Pending",
      ...(reason !== undefined && { reason }),
      ...(provider !== undefined && { provider }),
    }));
}

function gatewayOf({ instances, verified, lastError }: { instances: number; verified: number; lastError?: string }) {
  return { instances, verified, ...(lastError !== undefined && { lastError }) };
}
