import type { Clock } from "#kube/clock.ts";
import { isExpired, KubernetesError } from "#kube/kubernetes-error.ts";
import { faultText } from "./fault-text.ts";

export interface ContactOptions {
  readonly clock: Clock;
  readonly host: string;
  readonly say: (sentence: string) => void;
}

/** Whether the server answers, said once when it is lost and once when it is regained. */
export class Contact {
  readonly #options: ContactOptions;
  #lostAt: number | undefined;

  constructor(options: ContactOptions) {
    this.#options = options;
  }

  /** A list or a watch failed; the reflector tries again by itself. */
  failed(error: unknown): void {
    const { clock, host, say } = this.#options;
    if (isExpired(error)) return say(`${host} no longer has the changes since we last heard from it; listing anew`);
    // Of a watch-list that an older server does not know; a list follows at once.
    const isOnlyUnknown = error instanceof KubernetesError && error.reaction === "terminal";
    if (isOnlyUnknown || this.#lostAt !== undefined) return;
    this.#lostAt = clock.now();
    say(`lost ${host}: ${faultText(error)}; trying again`);
  }

  /** The server accepted a watch. */
  watching(): void {
    if (this.#lostAt === undefined) return;
    const { clock, host, say } = this.#options;
    const seconds = Math.round((clock.now() - this.#lostAt) / 1000);
    this.#lostAt = undefined;
    say(`regained ${host} after ${seconds} s`);
  }
}
