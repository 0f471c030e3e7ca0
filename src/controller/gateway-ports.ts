import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { ReconcileResult } from "#kube/reconcile-result.ts";
import type { DeliveryOutcome, Plan } from "./delivery/delivery.ts";
import type { GatewayName } from "./delivery/delivery-target.ts";
import type { Effective } from "./effective/effective.ts";
import type { VerificationAnswer } from "./verification/verifier.ts";

/** What was found of a gateway and done about it, to be told in its status. */
export interface Findings {
  /** Undefined where it has no class. */
  readonly gatewayClass: AIGatewayClass | undefined;
  readonly effective: Effective | undefined;
  readonly delivery: DeliveryOutcome | undefined;
  readonly verification: VerificationAnswer | undefined;
  /** Of a gateway that is being deleted: how its clean-up goes. */
  readonly deletion?: Deletion;
}

export interface Deletion {
  /** CamelCase, such as `CleaningUp` or `Unreachable`. */
  readonly reason: string;
  /** Holds no secret. */
  readonly message: string;
}

/** The effects of a reconcile. Each is idempotent and throws what is to be tried again. */
export interface GatewayPorts {
  readonly deliver: (plan: Plan, signal: AbortSignal) => Promise<DeliveryOutcome>;
  /** Undefined where the class names nobody to ask. */
  readonly verify: (plan: Plan, signal: AbortSignal) => Promise<VerificationAnswer | undefined>;
  /**
   * Takes down what the gateway had under former names and is not needed any more. False
   * where the API server has something against it, which is told.
   */
  readonly takeDownFormer: (
    plan: Plan,
    verification: VerificationAnswer | undefined,
    signal: AbortSignal,
  ) => Promise<boolean>;
  readonly report: (gateway: AIGatewayConfig, findings: Findings, signal: AbortSignal) => Promise<void>;
  /** Takes down what a gateway that is being deleted has, and lets it go. */
  readonly cleanUp: (
    gateway: AIGatewayConfig,
    gatewayClass: AIGatewayClass | undefined,
    signal: AbortSignal,
  ) => Promise<ReconcileResult>;
  /** Takes out of a gateway whose class is another controller's what is ours in it. */
  readonly letGo: (gateway: AIGatewayConfig, signal: AbortSignal) => Promise<void>;
  /** The gateway is gone, or not ours: what is remembered of it goes too. */
  readonly forget: (gateway: GatewayName) => void;
}
