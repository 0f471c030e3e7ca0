import { CLEANUP_FINALIZER } from "#api/controller-names.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import type { Client } from "#kube/client.ts";
import { addFinalizer } from "#kube/finalizers.ts";
import type { StoreReader } from "#kube/store.ts";
import type { Undelivered } from "../delivery/delivery.ts";
import type { ClassNeeds } from "./class-needs.ts";
import { CLASSES } from "./class-reconciler.ts";

export interface ClassHolderOptions {
  /** Writes only while we lead. */
  readonly client: Client;
  /** As they are stored. */
  readonly classes: Pick<StoreReader<FactObject>, "get">;
  readonly needs: Pick<ClassNeeds, "expect" | "forget">;
}

/** Holds on to the class of a gateway before the gateway itself gets our finalizer. */
export class ClassHolder {
  readonly #options: ClassHolderOptions;

  constructor(options: ClassHolderOptions) {
    this.#options = options;
  }

  /**
   * Answers why the gateway must not get its finalizer, if so: a class that is being
   * deleted takes no finalizer any more, and must not wait for gateways that it did
   * not wait for before.
   */
  async hold(
    gateway: string,
    { metadata: { name = "" } }: AIGatewayClass,
    signal: AbortSignal,
  ): Promise<Undelivered | undefined> {
    const { client, classes, needs } = this.#options;
    const object = classes.get(name);
    if (!object) return goes(name);
    needs.expect(gateway, name);
    const target = { client, type: CLASSES, object, retry: { signal } };
    const { object: held } = await addFinalizer<FactObject>(target, CLEANUP_FINALIZER);
    if (held && held.metadata.deletionTimestamp === undefined) return undefined;
    needs.forget(gateway);
    return goes(name);
  }

  /** The gateway did not get its finalizer. */
  letGo(gateway: string): void {
    this.#options.needs.forget(gateway);
  }
}

function goes(name: string): Undelivered {
  const message = `AIGatewayClass ${name} is being deleted: spec.gatewayClassName must name another`;
  return { type: "refused", reason: "ClassTerminating", message };
}
