import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { Findings } from "../gateway-ports.ts";
import type { GatewayCondition } from "./gateway-conditions.ts";
import type { Verdicts } from "./verdict.ts";

export type GatewayPhase = NonNullable<NonNullable<AIGatewayConfig["status"]>["phase"]>;

/** The conditions in one word: it never says anything else than they do. */
export function phaseOf({ deletion }: Findings, verdicts: Verdicts<GatewayCondition>): GatewayPhase {
  const { Accepted, Programmed, Ready } = verdicts;
  if (deletion) return "Terminating";
  if (Ready.status === "True") return "Ready";
  if (WAITING.has(Programmed.reason)) return "Pending";
  if (Accepted.status === "False") return "Error";
  if (Programmed.status === "True") return "Degraded";
  return Programmed.reason === "Verifying" ? "Applying" : "Error";
}

/** Reasons of a gateway for which somebody has to do something else first. */
const WAITING: ReadonlySet<string> = new Set(["NoClass", "SecretAccessNotGranted", "Pending"]);
