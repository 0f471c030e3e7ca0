import type { Clock } from "#kube/clock.ts";
import type { Confirmation, Echo, Expected } from "./confirmation.ts";
import { type Asking, askable, type GatewayInstance } from "./gateway-instances.ts";

export interface Look extends Asking {
  readonly clock: Clock;
  readonly echo: Echo;
  readonly expected: Expected;
}

/**
 * Asks each instance once, a few at a time, and gives what each said, by id. Those
 * whose turn does not come in time are left out: they are asked the next time.
 * Throws only the signal's reason.
 */
export async function look(
  instances: readonly GatewayInstance[],
  { clock, echo, expected, ...asking }: Look,
): Promise<ReadonlyMap<string, Confirmation>> {
  const said = new Map<string, Confirmation>();
  const end = clock.now() + LOOK_MILLISECONDS;
  const queue = instances.values();
  const ask = async () => {
    for (const instance of queue) {
      if (clock.now() >= end) return;
      const confirmation = await echo(askable(instance, asking), expected);
      said.set(instance.id, named(confirmation, instance));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return said;
}

/** Few enough that one gateway of a thousand Pods does not keep all others waiting. */
const AT_ONCE = 16;

/** A reconcile may take a minute, and has more to do than this. Even then each round reaches others. */
const LOOK_MILLISECONDS = 20_000;

function named(confirmation: Confirmation, { name }: GatewayInstance): Confirmation {
  if (confirmation.type === "confirmed" || name === undefined) return confirmation;
  return { ...confirmation, message: `Pod ${name}: ${confirmation.message}` };
}
