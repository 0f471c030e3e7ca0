import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { Rendered } from "#gateway/rendering.ts";
import type { DeliveryTarget } from "./delivery-target.ts";

/** What is to be delivered. */
export interface Plan {
  readonly gateway: AIGatewayConfig;
  readonly gatewayClass: AIGatewayClass;
  readonly target: DeliveryTarget;
  readonly hash: string;
  readonly rendered: Rendered;
  /** To be kept in the Secret, for the next controller. */
  readonly lastGood: string;
}

/**
 * - `delivered`: it is where the gateway takes it from;
 * - `refused`: trying again is of no use until something changes;
 * - `failed`: it is tried again.
 */
export type DeliveryOutcome = { readonly type: "delivered"; readonly changed: boolean } | Undelivered;

export interface Undelivered {
  readonly type: "refused" | "failed";
  /** CamelCase, for the condition. */
  readonly reason: string;
  /** Holds no secret. */
  readonly message: string;
}
