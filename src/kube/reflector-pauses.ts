import { Backoff } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import { KubernetesError } from "./kubernetes-error.ts";

export interface ReflectorPausesOptions {
  readonly clock: Clock;
  /** Of [0, 1); for tests. */
  readonly random?: (() => number) | undefined;
}

/**
 * How long a reflector waits after what went wrong. One that is there and cannot answer
 * is given more and more time, as client-go gives it. To ask one that is not there costs
 * it nothing, so that is done every 5 s at most, and one that has come back is no
 * worse off for having been away.
 */
export class ReflectorPauses {
  readonly #refused: Backoff;
  readonly #absent: Backoff;

  constructor(options: ReflectorPausesOptions) {
    const common = { ...options, firstMilliseconds: 800, resetMilliseconds: 120_000 };
    this.#refused = new Backoff({ ...common, longestMilliseconds: 30_000 });
    this.#absent = new Backoff({ ...common, longestMilliseconds: 2500 });
  }

  /** Milliseconds. */
  after(error: unknown): number {
    return isAbsence(error) ? this.#absent.next() : this.#refused.next();
  }
}

/** No answer at all. Streams that end too soon have no code either. */
function isAbsence(error: unknown): boolean {
  if (!(error instanceof KubernetesError) || error.code !== 0) return false;
  return error.reason === "ConnectionFault" || error.reason === "Timeout";
}
