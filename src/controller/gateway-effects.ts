import { CLEANUP_FINALIZER, fieldManagerOf } from "#api/controller-names.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { Client } from "#kube/client.ts";
import type { Clock } from "#kube/clock.ts";
import type { EventRecorder } from "#kube/events.ts";
import { removeFinalizer } from "#kube/finalizers.ts";
import { DONE } from "#kube/reconcile-result.ts";
import type { Resource } from "#kube/resource.ts";
import { deliver } from "./delivery/deliver.ts";
import type { GatewayPorts } from "./gateway-ports.ts";
import { GATEWAYS } from "./gateways.ts";
import { report } from "./status/report.ts";

export interface EffectsOptions {
  readonly client: Client;
  readonly controllerName: string;
  readonly events: EventRecorder;
  readonly clock: Clock;
}

/** What a reconcile of a gateway does to the world. */
export function gatewayPorts({ client, controllerName, events, clock }: EffectsOptions): GatewayPorts {
  const fieldManager = fieldManagerOf(controllerName);
  return {
    deliver: (plan, signal) => deliver(plan, { client, fieldManager, signal }),
    verify: () => Promise.resolve(undefined),
    report: (gateway, findings, signal) =>
      report(gateway, findings, { client, controllerName, events, now: () => clock.date(), signal }),
    cleanUp: async (gateway, _gatewayClass, signal) => {
      const object = gateway as AIGatewayConfig & Resource;
      await removeFinalizer({ client, type: GATEWAYS, object, retry: { signal } }, CLEANUP_FINALIZER);
      return DONE;
    },
    forget: () => undefined,
  };
}
