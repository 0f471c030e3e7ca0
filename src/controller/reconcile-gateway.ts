import { isConflict } from "#kube/kubernetes-error.ts";
import type { Reconcile } from "#kube/reconcile-attempt.ts";
import { DONE, retry } from "#kube/reconcile-result.ts";
import { TimeSlice } from "#kube/time-slice.ts";
import type { Findings } from "./gateway-ports.ts";
import { LastGoodMemory } from "./last-good-memory.ts";
import { responsibilityFor } from "./responsibility.ts";
import { type ServeOptions, serveGateway } from "./serve-gateway.ts";

export type GatewayReconcilerOptions = Omit<ServeOptions, "memory">;

/** Brings a gateway to what its AIGatewayConfig and all that it depends on say, and says how that went. */
export function gatewayReconciler(options: GatewayReconcilerOptions): Reconcile {
  const { scope, facts, caches, secretUses, settling, ports, clock } = options;
  const slice = new TimeSlice(clock);
  const memory = new LastGoodMemory();
  const forget = (key: string) => {
    secretUses.set(key, NO_SECRETS);
    settling.settled(key);
    memory.forget(key);
    const [namespace = "", name = ""] = key.split("/");
    ports.forget({ namespace, name });
  };
  return async (key, { signal }) => {
    // Thousands may need no more than a look, and reviews must not wait for them.
    if (slice.isOver) await slice.rest();
    const [namespace = "", name = ""] = key.split("/");
    const gateway = caches.get("AIGatewayConfig", namespace, name);
    if (!gateway) {
      forget(key);
      return DONE;
    }
    const responsibility = responsibilityFor(gateway, scope, facts);
    if (responsibility.type !== "ours") forget(key);
    try {
      switch (responsibility.type) {
        case "ours":
          return await serveGateway(
            { key, gateway, gatewayClass: responsibility.gatewayClass },
            { ...options, memory },
            signal,
          );
        case "nobody's":
          if (gateway.metadata.deletionTimestamp !== undefined) return await ports.cleanUp(gateway, undefined, signal);
          await ports.report(gateway, NOTHING_FOUND, signal);
          return DONE;
        case "another's":
          await ports.letGo(gateway, signal);
          return DONE;
        case "outside":
          return DONE;
      }
    } catch (error) {
      if (isConflict(error)) return retry(); // what the cache held is old; what is new is on its way
      throw error;
    }
  };
}

const NO_SECRETS: ReadonlySet<string> = new Set();

const NOTHING_FOUND: Findings = {
  gatewayClass: undefined,
  effective: undefined,
  delivery: undefined,
  verification: undefined,
};
