import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { LastGood } from "./effective/last-good.ts";

/**
 * What was last good of the gateways that this process has delivered to. A cache shows
 * the Secret in which that is kept a moment later, and not at all while somebody has
 * deleted it; neither may change what runs.
 */
export class LastGoodMemory {
  readonly #kept = new Map<string, { readonly uid: string | undefined; readonly lastGood: LastGood }>();

  set(key: string, { metadata }: AIGatewayConfig, lastGood: LastGood): void {
    this.#kept.set(key, { uid: metadata.uid, lastGood });
  }

  /** Of that very object: another of its name has a past of its own. */
  get(key: string, { metadata }: AIGatewayConfig): LastGood | undefined {
    const kept = this.#kept.get(key);
    return kept?.uid === metadata.uid ? kept?.lastGood : undefined;
  }

  forget(key: string): void {
    this.#kept.delete(key);
  }
}
