import type { Probe } from "./pod.ts";

/** What a probe's results amount to, by its thresholds: it passes or fails after so many alike, and till then stays. */
export class ProbeVerdict {
  readonly #successThreshold: number;
  readonly #failureThreshold: number;
  #verdict: "passes" | "fails" | undefined;
  #last: boolean | undefined;
  #alike = 0;

  constructor({ successThreshold = 1, failureThreshold = 3 }: Probe) {
    this.#successThreshold = successThreshold;
    this.#failureThreshold = failureThreshold;
  }

  /** Takes in a result; undefined while there have been too few alike from the start. */
  add(isSuccess: boolean): "passes" | "fails" | undefined {
    this.#alike = isSuccess === this.#last ? this.#alike + 1 : 1;
    this.#last = isSuccess;
    const threshold = isSuccess ? this.#successThreshold : this.#failureThreshold;
    if (this.#alike >= threshold) this.#verdict = isSuccess ? "passes" : "fails";
    return this.#verdict;
  }
}
