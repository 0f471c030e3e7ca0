import { setTimeout as pause } from "node:timers/promises";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import { GatewayClient } from "#controller/admin/gateway-client.ts";
import type { PodSource } from "#controller/verification/gateway-pods.ts";
import type { Verification } from "#controller/verification/verification.ts";
import { type VerificationRequest, Verifier } from "#controller/verification/verifier.ts";
import { SYSTEM_CLOCK } from "#kube/clock.ts";

const NO_PODS: PodSource = { ready: () => [] };

export function systemVerifier(pods: PodSource = NO_PODS): Verifier {
  const client = new GatewayClient({ clock: SYSTEM_CLOCK, userAgent: "gatehouse/0" });
  return new Verifier({ client, clock: SYSTEM_CLOCK, pods });
}

/** Looks as often as the verifier wants to, until it is known what runs or time is up. */
export async function settled(
  verifier: Verifier,
  spec: Partial<AIGatewayClass["spec"]>,
  request: Pick<VerificationRequest, "hash" | "rendered"> & Partial<VerificationRequest>,
): Promise<Verification> {
  for (;;) {
    const answer = await verifier.verify({
      gateway: { namespace: "team-a", name: "main" },
      gatewayClass: { metadata: { name: "class" }, spec } as AIGatewayClass,
      signal: AbortSignal.timeout(30_000),
      ...request,
    });
    if (!answer) throw new Error("the class names nobody to ask");
    const { verification, againInMilliseconds } = answer;
    if (verification.reason !== "Verifying") return verification;
    await pause(againInMilliseconds);
  }
}
