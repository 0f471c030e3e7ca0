import { isDeepStrictEqual } from "node:util";
import { fieldManagerOf } from "#api/controller-names.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { applyStatus } from "#kube/apply.ts";
import type { Client } from "#kube/client.ts";
import type { EventRecorder } from "#kube/events.ts";
import type { Resource } from "#kube/resource.ts";
import type { Findings } from "../gateway-ports.ts";
import { GATEWAYS } from "../gateways.ts";
import { type GatewayStatus, gatewayStatus } from "./gateway-status.ts";

export interface ReportOptions {
  readonly client: Client;
  readonly controllerName: string;
  readonly events: Pick<EventRecorder, "record">;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** Writes the status of a gateway where it is another, and an event for each condition that turned. */
export async function report(gateway: AIGatewayConfig, findings: Findings, options: ReportOptions): Promise<void> {
  const { client, controllerName, events, now, signal } = options;
  const status = gatewayStatus({ gateway, findings, controllerName, now: now() });
  if (isDeepStrictEqual(status, gateway.status)) return;
  const present = await takenOver(gateway, options);
  const wanted = { apiVersion: present.apiVersion, kind: present.kind, metadata: present.metadata, status };
  await applyStatus({ client, type: GATEWAYS, wanted, present, fieldManager: fieldManagerOf(controllerName), signal });
  for (const { type, status: turned, reason, message } of turns(gateway.status, status)) {
    const isGood = turned === "True";
    events.record(present, { type: isGood ? "Normal" : "Warning", reason, action: type, note: message });
  }
}

/** Without what another controller left in the status, which this one would not overwrite. */
async function takenOver(gateway: AIGatewayConfig, options: ReportOptions): Promise<AIGatewayConfig & Resource> {
  const { client, controllerName, signal } = options;
  const present = gateway as AIGatewayConfig & Resource;
  const { controllerName: writer = controllerName } = gateway.status ?? {};
  if (writer === controllerName) return present;
  const operations = [
    { op: "replace", path: "/metadata/resourceVersion", value: present.metadata.resourceVersion },
    { op: "add", path: "/status", value: {} }, // in the place of what is there, whatever that is by now
  ] as const;
  return client.patch(GATEWAYS, present.metadata, { kind: "json", operations }, { subresource: "status", signal });
}

function turns(before: GatewayStatus | undefined, after: GatewayStatus) {
  return (after.conditions ?? []).filter((condition) => {
    const old = before?.conditions?.find(({ type }) => type === condition.type);
    return old?.status !== condition.status || old.reason !== condition.reason;
  });
}
