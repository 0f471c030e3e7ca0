import type { Registry } from "prom-client";
import type { LiveStanding } from "#certificates/live-standing.ts";
import { runController } from "#controller/controller.ts";
import type { ControllerSettings } from "#controller/controller-settings.ts";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import type { LeaderElectionMetrics } from "#kube/leader-election-metrics.ts";
import type { Logger } from "#observability/logger.ts";
import type { FactSource } from "./serve-facts.ts";

export interface ControllerContext {
  readonly registry: Registry;
  readonly election: LeaderElectionMetrics;
  readonly logger: Logger;
  /** Aborted when the process is asked to end. */
  readonly signal: AbortSignal;
  /** How the certificate of this process stands, where somebody looks. */
  readonly certificate: LiveStanding | undefined;
}

/**
 * Runs the controller beside the servers, where there is to be one, until the signal
 * aborts or it is disposed of: then it has ended and another may take the lease.
 */
export function startController(
  settings: ControllerSettings | undefined,
  { cluster }: FactSource,
  { registry, election, logger, signal, certificate }: ControllerContext,
): AsyncDisposable {
  const stop = new AbortController();
  const running =
    settings && cluster
      ? runController(
          {
            settings,
            registry,
            election,
            clock: SYSTEM_CLOCK,
            logger: logger.child({ part: "controller" }),
            cluster: cluster.controlled,
            informersMetrics: cluster.informersMetrics,
            certificate,
          },
          AbortSignal.any([signal, stop.signal]),
        )
      : Promise.resolve();
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort(new Error("Gatehouse ends"));
      await running;
    },
  };
}
