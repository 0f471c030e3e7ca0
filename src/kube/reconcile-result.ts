import { KubernetesError } from "./kubernetes-error.ts";

/** What a reconcile wants to happen next. */
export type ReconcileResult = Done | Retry | RetryAfter | Terminal;

export interface Done {
  readonly type: "done";
}

/** Again, each time after twice the wait. */
export interface Retry {
  readonly type: "retry";
  /** That of the key when left out. */
  readonly priority?: number;
}

/** Again after a time of its own; what went before is forgiven. */
export interface RetryAfter {
  readonly type: "retry-after";
  readonly milliseconds: number;
  readonly priority?: number;
}

/** Not again until something changes: only a different object can succeed. Counts as an error. */
export interface Terminal {
  readonly type: "terminal";
  readonly error: unknown;
}

export const DONE: Done = { type: "done" };

export function retry(options: Pick<Retry, "priority"> = {}): Retry {
  return { type: "retry", ...options };
}

export function retryAfter(milliseconds: number, options: Pick<RetryAfter, "priority"> = {}): RetryAfter {
  return { type: "retry-after", milliseconds, ...options };
}

export function terminal(error: unknown): Terminal {
  return { type: "terminal", error };
}

/** A reconcile that threw, and how to go on. */
export interface Failed {
  readonly type: "failed";
  readonly error: unknown;
  /** It should not have thrown this, whatever the cluster holds: what is a panic in Go. */
  readonly isFault: boolean;
  /** The server asked to be left alone for so long. */
  readonly atLeastMilliseconds: number;
}

/** An error of the API server says itself how to react; anything else is tried again. */
export function reactionTo(error: unknown): Failed | Terminal {
  if (!(error instanceof KubernetesError))
    return { type: "failed", error, isFault: isFault(error), atLeastMilliseconds: 0 };
  if (error.reaction === "terminal") return terminal(error);
  return { type: "failed", error, isFault: false, atLeastMilliseconds: error.retryAfterMilliseconds ?? 0 };
}

function isFault(error: unknown): boolean {
  return !(error instanceof Error) || FAULTS.some((type) => error instanceof type);
}

/** What the engine throws when code is wrong. */
const FAULTS = [TypeError, RangeError, ReferenceError, SyntaxError];
