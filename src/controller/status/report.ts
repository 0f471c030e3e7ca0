import { fieldManagerOf } from "#api/controller-names.ts";
import { API_VERSION } from "#api/kind.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { Client } from "#kube/client.ts";
import { findCondition } from "#kube/conditions.ts";
import type { EventRecorder } from "#kube/events.ts";
import { keyOf, type Resource } from "#kube/resource.ts";
import type { Findings } from "../gateway-ports.ts";
import { GATEWAYS } from "../gateways.ts";
import { clearStatus } from "./clear-status.ts";
import { type GatewayStatus, gatewayStatus } from "./gateway-status.ts";
import { quarantineEvents } from "./part-events.ts";
import type { PartReports } from "./part-reports.ts";
import { writeStatus } from "./write-status.ts";

export interface ReportOptions {
  readonly client: Pick<Client, "create" | "patch">;
  readonly controllerName: string;
  readonly events: Pick<EventRecorder, "record">;
  /** Where the objects beside the gateway learn what became of them. */
  readonly partReports: PartReports;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** Writes the status of a gateway where it is another, with an event for whatever turned in it. */
export async function report(gateway: AIGatewayConfig, findings: Findings, options: ReportOptions): Promise<void> {
  const { client, controllerName, events, partReports, now, signal } = options;
  const status = gatewayStatus({ gateway, findings, controllerName, now: now() });
  const present = await takenOver(gateway, options);
  if (!present) return;
  const isChanged = await writeStatus<GatewayStatus>({
    client,
    events,
    fieldManager: fieldManagerOf(controllerName),
    type: GATEWAYS,
    present,
    status,
    signal,
  });
  const programmed = findCondition(status.conditions ?? [], "Programmed");
  if (!findings.effective || !programmed) return;
  const { parts } = findings.effective;
  const before = partReports.take(keyOf(present), { parts, programmed });
  // A new leader finds most gateways as the last one left them, which told of it.
  if (!isChanged) return;
  const subject = { apiVersion: API_VERSION, kind: GATEWAYS.kind, metadata: present.metadata };
  for (const event of quarantineEvents(before, parts)) events.record(subject, event);
}

/** Without what another controller left in the status, which this one would not overwrite; undefined if it was deleted. */
async function takenOver(
  gateway: AIGatewayConfig,
  { client, controllerName, signal }: ReportOptions,
): Promise<(AIGatewayConfig & Resource) | undefined> {
  const present = gateway as AIGatewayConfig & Resource;
  const { controllerName: writer = controllerName } = gateway.status ?? {};
  if (writer === controllerName) return present;
  return clearStatus({ client, type: GATEWAYS, present, signal });
}
