import type { Logger } from "#observability/logger.ts";
import type { ObjectName, WatchEvent } from "./client.ts";
import type { Clock } from "./clock.ts";
import { LEASES, type Lease } from "./lease.ts";
import type { LeaseClient } from "./lease-lock.ts";

export interface LeaseVacancyOptions {
  readonly client: LeaseClient;
  readonly name: Required<ObjectName>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * A follower's pause between two tries, cut short when a watch shows that the
 * lease was released, so that a hand-over takes milliseconds; client-go waits
 * for the next poll, up to 4.4 s. The watch only says when to look: what counts
 * is what the try reads. Without it (no right to watch, a proxy that buffers)
 * followers just poll.
 */
export class LeaseVacancy implements Disposable {
  readonly #options: LeaseVacancyOptions;
  readonly #closed = new AbortController();
  #isWatching = false;
  #isVacant = false;
  #told: string | undefined;
  #wake: (() => void) | undefined;

  constructor(options: LeaseVacancyOptions) {
    this.#options = options;
  }

  /** Never rejects; ends early at a vacancy or when the signal aborts. */
  async pause(milliseconds: number): Promise<void> {
    const { clock, signal } = this.#options;
    if (!this.#isWatching) void this.#watch(); // at most once a pause, so a watch that always breaks costs little
    if (this.#isVacant || signal.aborted) {
      this.#isVacant = false;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const onAbort = () => resolve();
    this.#wake = resolve;
    signal.addEventListener("abort", onAbort, { once: true });
    using _timer = clock.after(milliseconds, resolve);
    await promise;
    signal.removeEventListener("abort", onAbort);
    this.#wake = undefined;
    this.#isVacant = false;
  }

  [Symbol.dispose](): void {
    this.#closed.abort();
  }

  async #watch(): Promise<void> {
    const { client, name, logger, signal } = this.#options;
    this.#isWatching = true;
    const selection = { namespace: name.namespace, fieldSelector: `metadata.name=${name.name}` };
    try {
      const ended = AbortSignal.any([this.#closed.signal, signal]);
      for await (const event of client.watch<Lease>(LEASES, selection, { signal: ended })) this.#heard(event);
    } catch (error) {
      if (!this.#closed.signal.aborted && !signal.aborted) logger.debug({ err: error }, "cannot watch the lease");
    } finally {
      this.#isWatching = false;
    }
  }

  /** Says so once for each state, or a try that always fails would be repeated without a pause. */
  #heard(event: WatchEvent<Lease>): void {
    if (event.type === "BOOKMARK" || event.type === "ERROR") return;
    const { metadata, spec } = event.object;
    this.#isVacant = (event.type === "DELETED" || !spec?.holderIdentity) && metadata.resourceVersion !== this.#told;
    if (!this.#isVacant) return;
    this.#told = metadata.resourceVersion;
    this.#wake?.();
  }
}
