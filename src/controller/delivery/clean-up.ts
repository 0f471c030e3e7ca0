import { CLEANUP_FINALIZER, SKIP_CLEANUP_ANNOTATION } from "#api/controller-names.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { Client } from "#kube/client.ts";
import { hasFinalizer, removeFinalizer } from "#kube/finalizers.ts";
import type { Resource } from "#kube/resource.ts";
import type { PushOutcome } from "../admin/admin-api.ts";
import { GATEWAYS } from "../gateways.ts";
import { skipsCleanUp } from "../skips-clean-up.ts";
import type { Undelivered } from "./delivery.ts";

export interface CleanUpOptions {
  /** Writes only while we lead. */
  readonly client: Client;
  /** Leaves the gateway with a configuration that serves nothing; undefined where it is no gateway of ours to reach. */
  readonly empty: (signal: AbortSignal) => Promise<PushOutcome | Undelivered> | undefined;
  /** Whether the namespace goes too, and with it, as a rule, the gateway itself. */
  readonly isNamespaceTerminating: boolean;
}

export type CleanUpOutcome =
  /** The object may go; `how` says for an event what became of the gateway, where it had to be asked. */
  | { readonly type: "cleaned"; readonly how?: "Emptied" | "Skipped" }
  | { readonly type: "failed"; readonly reason: string; readonly message: string };

/** What an event says of it. */
export const CLEANED = {
  Emptied: { type: "Normal", reason: "GatewayEmptied", action: "CleanUp", note: "the gateway serves nothing any more" },
  Skipped: {
    type: "Warning",
    reason: "CleanUpSkipped",
    action: "CleanUp",
    note: "let go although the gateway may still serve what it had",
  },
} as const;

/**
 * Takes down what an AIGatewayConfig that is being deleted has outside of its namespace,
 * and then lets it go. What is inside goes with it by itself, by its owner references.
 */
export async function cleanUp(
  gateway: AIGatewayConfig,
  options: CleanUpOptions,
  signal: AbortSignal,
): Promise<CleanUpOutcome> {
  const object = gateway as AIGatewayConfig & Resource;
  if (!hasFinalizer(object, CLEANUP_FINALIZER)) return { type: "cleaned" };
  const outcome = skipsCleanUp(object.metadata) ? undefined : await options.empty(signal);
  const isEmptied = outcome?.type === "accepted";
  // A gateway that went before its configuration must not keep the namespace.
  if (outcome && !isEmptied && !options.isNamespaceTerminating) return failure(outcome);
  const target = { client: options.client, type: GATEWAYS, object: object as Resource, retry: { signal } };
  await removeFinalizer(target, CLEANUP_FINALIZER);
  return { type: "cleaned", how: isEmptied ? "Emptied" : "Skipped" };
}

function failure(outcome: Exclude<PushOutcome | Undelivered, { type: "accepted" }>): CleanUpOutcome {
  const reason = outcome.type === "unreachable" ? "Unreachable" : outcome.reason;
  const message = `${outcome.message}; the annotation ${SKIP_CLEANUP_ANNOTATION}: "true" lets it go all the same`;
  return { type: "failed", reason, message };
}
