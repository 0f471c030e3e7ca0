import { CLEANUP_FINALIZER } from "#api/controller-names.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { hasFinalizer } from "#kube/finalizers.ts";
import type { Resource } from "#kube/resource.ts";
import { skipsCleanUp } from "./skips-clean-up.ts";

/**
 * - `leave`: nothing of it is ours;
 * - `let go`: what is ours in it goes;
 * - `give up`: likewise, though its gateway may go on serving what it had;
 * - `wait`: it is kept by our finalizer until the other has emptied the gateway, or somebody gives it up.
 */
export type Parting = "leave" | "let go" | "give up" | "wait";

export interface PartingCircumstances {
  /** Ours, as classes name it. */
  readonly controllerName: string;
  readonly isNamespaceTerminating: boolean;
}

/** What becomes of our finalizer and our status in an AIGatewayConfig whose class is another controller's. */
export function partingFrom(
  { metadata, status }: AIGatewayConfig,
  { controllerName, isNamespaceTerminating }: PartingCircumstances,
): Parting {
  const { controllerName: writer } = status ?? {};
  if (writer !== undefined && writer !== controllerName) return "leave";
  const isKept = hasFinalizer({ metadata } as Resource, CLEANUP_FINALIZER);
  if (isKept && metadata.deletionTimestamp !== undefined) {
    if (skipsCleanUp(metadata) || isNamespaceTerminating) return "give up";
    // Another Gatehouse has the finalizer's name too. Another product does not know it.
    return writer === undefined ? "leave" : "wait";
  }
  return writer === undefined ? "leave" : "let go";
}
