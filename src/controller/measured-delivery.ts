import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { Clock } from "#kube/clock.ts";
import type { DeliveryMetrics } from "#observability/delivery-metrics.ts";
import type { PushOutcome } from "./admin/admin-api.ts";
import type { DeliveryOutcome, Plan, Undelivered } from "./delivery/delivery.ts";

interface Measuring {
  readonly metrics: DeliveryMetrics;
  readonly clock: Clock;
}

/** A delivery whose time is counted, by what came of it. */
export async function measuredDelivery(
  { gatewayClass }: Plan,
  deliver: () => Promise<DeliveryOutcome>,
  { metrics, clock }: Measuring,
): Promise<DeliveryOutcome> {
  const startedAt = clock.now();
  const outcome = await deliver();
  const result = outcome.type !== "delivered" ? outcome.reason : outcome.changed ? "Changed" : "Unchanged";
  metrics.took(clock.now() - startedAt, adapterOf(gatewayClass), "deliver", result);
  return outcome;
}

/**
 * A push likewise. One that changes a gateway which is known to have run this very
 * configuration puts right what somebody else has done to it.
 */
export async function measuredPush(
  { gateway: { status }, gatewayClass, hash }: Plan,
  push: () => Promise<PushOutcome | Undelivered>,
  { metrics, clock }: Measuring,
): Promise<PushOutcome | Undelivered> {
  const startedAt = clock.now();
  const outcome = await push();
  const adapter = adapterOf(gatewayClass);
  metrics.took(clock.now() - startedAt, adapter, "push", resultOf(outcome));
  const ran = status?.configHash === hash && isProgrammed(status);
  if (ran && outcome.type === "accepted" && outcome.changed) metrics.drifted(1, adapter);
  return outcome;
}

/** What empties a gateway whose AIGatewayConfig is being deleted, likewise. */
export async function measuredCleanUp(
  gatewayClass: AIGatewayClass,
  empty: () => Promise<PushOutcome | Undelivered>,
  { metrics, clock }: Measuring,
): Promise<PushOutcome | Undelivered> {
  const startedAt = clock.now();
  const outcome = await empty();
  metrics.took(clock.now() - startedAt, adapterOf(gatewayClass), "clean-up", resultOf(outcome));
  return outcome;
}

function resultOf(outcome: PushOutcome | Undelivered): string {
  if (outcome.type === "accepted") return outcome.changed ? "Changed" : "Unchanged";
  return outcome.type === "unreachable" ? "Unreachable" : outcome.reason;
}

function adapterOf({ spec }: AIGatewayClass): string {
  return spec.adapter ?? "json";
}

function isProgrammed({ conditions = [] }: NonNullable<Plan["gateway"]["status"]>): boolean {
  return conditions.some(({ type, status }) => type === "Programmed" && status === "True");
}
