import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { Client } from "#kube/client.ts";
import type { Clock } from "#kube/clock.ts";
import type { EventRecorder } from "#kube/events.ts";
import type { Reconcile } from "#kube/reconcile-attempt.ts";
import { DONE } from "#kube/reconcile-result.ts";
import { TimeSlice } from "#kube/time-slice.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import type { ControllerScope } from "./controller-settings.ts";
import type { GrantedNamespaces } from "./granted-namespaces.ts";
import { letGo } from "./let-go.ts";
import { responsibilityFor } from "./responsibility.ts";
import type { SecretUses } from "./secret-uses.ts";

export interface GatewayReconcilerOptions {
  /** As the cache has it. */
  readonly gateway: (key: string) => AIGatewayConfig | undefined;
  readonly scope: ControllerScope;
  readonly client: Client;
  readonly facts: PolicyLookup;
  readonly granted: GrantedNamespaces;
  readonly secretUses: SecretUses;
  readonly events: EventRecorder;
  readonly clock: Clock;
}

/** Brings a gateway to what its AIGatewayConfig and all that it depends on say. */
export function gatewayReconciler(options: GatewayReconcilerOptions): Reconcile {
  const { gateway, scope, client, facts, secretUses, clock } = options;
  const { controllerName } = scope;
  const slice = new TimeSlice(clock);
  return async (key, { signal }) => {
    // Thousands may need no more than a look, and reviews must not wait for them.
    if (slice.isOver) await slice.rest();
    const object = gateway(key);
    if (!object) {
      secretUses.set(key, new Set());
      return DONE;
    }
    const responsibility = responsibilityFor(object, scope, facts);
    if (responsibility.type === "another's") await letGo(object, { client, controllerName, signal });
    return DONE;
  };
}
