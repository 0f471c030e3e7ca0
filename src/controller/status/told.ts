import type { FactIndex } from "#policy/fact-index.ts";

/** What is to be said of an object. */
export interface Told<S> {
  readonly status: S;
  /** Milliseconds since the epoch at which it may have changed by time alone. */
  readonly nextChange?: number | undefined;
  /** In the place of what others have said, who have nothing to say of it any more. */
  readonly isAnew?: boolean;
}

/** We spoke of it, and it is not ours any more. */
export const NOTHING_MORE = "nothing more";

/** What it is said on the strength of, beside the object. */
export interface Circumstances {
  readonly facts: FactIndex;
  readonly now: Date;
}

/** The earliest of several instants, none of which may be there. */
export function earliest(instants: Iterable<number | undefined>): number | undefined {
  let first: number | undefined;
  for (const instant of instants)
    if (instant !== undefined && (first === undefined || instant < first)) first = instant;
  return first;
}

/** Every stored object has one. */
export function generationOf(object: { readonly metadata: object }): number | undefined {
  return (object.metadata as { readonly generation?: number }).generation;
}
