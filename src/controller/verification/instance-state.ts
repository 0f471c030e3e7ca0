import type { Confirmation } from "./confirmation.ts";

/** What is known of an instance, about one configuration. */
export interface InstanceState {
  /** Its last word. */
  readonly word: Confirmation;
  readonly askedAt: number;
  /** Since when it has not been found to run the configuration; when it was first asked, at the earliest. */
  readonly unconfirmedSince: number | undefined;
  /** It ran the configuration, and has said nothing else since. */
  readonly wasConfirmed: boolean;
}

/** What is known after an instance was asked once more. */
export function afterWord(before: InstanceState | undefined, word: Confirmation, now: number): InstanceState {
  if (word.type === "confirmed") return { word, askedAt: now, unconfirmedSince: undefined, wasConfirmed: true };
  return {
    word,
    askedAt: now,
    unconfirmedSince: before?.unconfirmedSince ?? now,
    wasConfirmed: before?.wasConfirmed === true && !DENIALS.has(word.type),
  };
}

/** Words that say what runs. Others say only that nobody knows. */
const DENIALS: ReadonlySet<Confirmation["type"]> = new Set(["differs", "refused"]);

/** It ran the configuration and runs another: somebody reconfigured it. */
export function hasDrifted(before: InstanceState | undefined, word: Confirmation): boolean {
  return before?.wasConfirmed === true && word.type === "differs";
}

/**
 * Whether an instance counts as one that runs the configuration. One that did and
 * cannot be asked for a moment still does: what serves is not called broken
 * because a request was lost.
 */
export function isVerified(state: InstanceState | undefined, now: number, timeoutMilliseconds: number): boolean {
  if (!state) return false;
  return state.word.type === "confirmed" || (state.wasConfirmed && !isTimeUp(state, now, timeoutMilliseconds));
}

export function isTimeUp(state: InstanceState | undefined, now: number, timeoutMilliseconds: number): boolean {
  return state?.unconfirmedSince !== undefined && now - state.unconfirmedSince >= timeoutMilliseconds;
}
