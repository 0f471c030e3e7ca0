import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { ControlPlaneClient } from "../../test/support/control-plane/client.ts";
import { benchedConfig, SMALL } from "../objects.ts";
import { boundAdmissionPolicy } from "./admission-policy.ts";
import type { Configuration } from "./in-force.ts";
import { startFloor, startOurs } from "./servers.ts";
import { floorWebhooks, ourWebhooks } from "./webhooks.ts";

/** What stands between a request and the store, and what is asked for meanwhile. */
export interface Variant {
  readonly configurations: readonly Configuration[];
  readonly object: AIGatewayConfig;
  /** The process that answers the webhooks, where there are any. */
  readonly webhookProcessId?: number;
}

export const VARIANT_NAMES = ["none", "floor", "ours", "oursWithDefaults", "admissionPolicy"] as const;
export type VariantName = (typeof VARIANT_NAMES)[number];

/** All variants, none of them in force, and the servers that they ask. */
export interface Variants extends AsyncDisposable {
  readonly variants: Readonly<Record<VariantName, Variant>>;
}

/** Starts what the variants rest on. The facts that ours judges by are in the cluster. */
export async function prepareVariants(plane: ControlPlaneClient): Promise<Variants> {
  await using stack = new AsyncDisposableStack();
  const floor = stack.use(await startFloor());
  const ours = stack.use(await startOurs(plane));
  const complete = benchedConfig(SMALL, { literalKey: false, timeouts: true });
  const incomplete = benchedConfig(SMALL, { literalKey: false, timeouts: false });
  const askingFloor = { configurations: floorWebhooks(plane, floor), webhookProcessId: floor.processId };
  const askingOurs = { configurations: ourWebhooks(plane, ours), webhookProcessId: ours.processId };
  const variants: Variants["variants"] = {
    none: { object: complete, configurations: [] },
    floor: { object: complete, ...askingFloor },
    ours: { object: complete, ...askingOurs },
    oursWithDefaults: { object: incomplete, ...askingOurs },
    admissionPolicy: { object: complete, configurations: [await boundAdmissionPolicy(plane)] },
  };
  const prepared = stack.move();
  return { variants, [Symbol.asyncDispose]: () => prepared.disposeAsync() };
}
