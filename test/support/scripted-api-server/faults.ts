import type { Failure } from "./answer.ts";
import type { RecordedRequest, Verb } from "./request.ts";

/** What goes wrong with a request, instead of its answer. */
export type Fault =
  | { readonly kind: "status"; readonly failure: Failure }
  /** Accepted, and then nothing, not even headers. */
  | { readonly kind: "silence" }
  /** The connection breaks before the answer. */
  | { readonly kind: "reset" }
  /** Headers come with the first event only. */
  | { readonly kind: "delayed-headers" }
  /** A list as another, lagging API server would give it. */
  | { readonly kind: "stale"; readonly resourceVersion: string }
  /** Any bytes with status 200; closed afterwards unless `isOpen`. */
  | { readonly kind: "raw"; readonly body: string; readonly isOpen?: boolean };

/** Faults that wait for their request, each for one. */
export class Faults {
  readonly #waiting: { readonly verb: Verb; readonly fault: Fault }[] = [];
  #standing: ((request: RecordedRequest) => Fault | undefined) | undefined;

  /** Lets the next request of this kind go wrong; more calls queue up. */
  next(verb: Verb, fault: Fault, times = 1): void {
    for (let time = 0; time < times; time += 1) this.#waiting.push({ verb, fault });
  }

  /** The next request of this kind is refused. */
  refuse(verb: Verb, failure: Failure, times = 1): void {
    this.next(verb, { kind: "status", failure }, times);
  }

  /** Decides for every request that no waiting fault is for, until replaced. */
  always(decide: ((request: RecordedRequest) => Fault | undefined) | undefined): void {
    this.#standing = decide;
  }

  take(request: RecordedRequest): Fault | undefined {
    const index = this.#waiting.findIndex(({ verb }) => verb === request.verb);
    return index === -1 ? this.#standing?.(request) : this.#waiting.splice(index, 1)[0]?.fault;
  }
}
