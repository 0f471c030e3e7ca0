import type { Confirmation } from "./confirmation.ts";
import { afterWord, type InstanceState } from "./instance-state.ts";
import { AGAIN_MILLISECONDS, FIRST_MILLISECONDS, pauseBeforeLook } from "./pace.ts";
import { type Verification, verificationOf } from "./verification.ts";

/** How far the verification of one configuration of a gateway has come. Instants are the clock's, in milliseconds. */
export interface Progress {
  readonly hash: string;
  readonly startedAt: number;
  /** By id of the instance. */
  readonly states: ReadonlyMap<string, InstanceState>;
  /** Undefined as long as nobody was looked for. */
  readonly verification: Verification | undefined;
  /** How often one after the other had the same result. */
  readonly looks: number;
  readonly lookedAt: number;
  readonly dueAt: number;
}

export function startOf(hash: string, now: number): Progress {
  const lookedAt = Number.NEGATIVE_INFINITY;
  return { hash, startedAt: now, states: new Map(), verification: undefined, looks: 0, lookedAt, dueAt: now };
}

/**
 * Takes an earlier process's word that all run this configuration until some moment
 * of the next minute, so that a new leader does not ask all gateways at once.
 */
export function trusting(verification: Verification, start: Progress, random: number): Progress {
  return { ...start, verification, dueAt: start.startedAt + AGAIN_MILLISECONDS * random };
}

/** Which of the instances that are there now are to be asked now, those that never were first. */
export function whomToAsk(progress: Progress, instances: readonly string[], now: number): readonly string[] {
  const { states, verification, lookedAt, dueAt } = progress;
  if (now < dueAt && (isTrusted(progress, instances) || now < lookedAt + FIRST_MILLISECONDS)) return [];
  const isAsked = (id: string) => {
    const state = states.get(id);
    if (!state) return true;
    if (now < dueAt) return false; // only those who came meanwhile
    if (state.word.type !== "confirmed" || verification?.reason === undefined) return true;
    return now - state.askedAt >= AGAIN_MILLISECONDS;
  };
  const askedAt = (id: string) => states.get(id)?.askedAt ?? Number.NEGATIVE_INFINITY;
  return instances.filter(isAsked).sort((one, other) => (askedAt(one) < askedAt(other) ? -1 : 1));
}

export interface LookResult {
  /** Ids of those that are there now. */
  readonly instances: readonly string[];
  /** What those said who were asked. */
  readonly said: ReadonlyMap<string, Confirmation>;
  readonly now: number;
  readonly timeoutMilliseconds: number;
  /** How many gateways share the controller. */
  readonly gateways: number;
  /** Of [0, 1). */
  readonly random: number;
}

export function afterLook(progress: Progress, result: LookResult): Progress {
  const { instances, said, now, timeoutMilliseconds, gateways, random } = result;
  const isLook = said.size > 0 || now >= progress.dueAt;
  if (!isLook && isTrusted(progress, instances)) return progress;
  const states = statesAfter(progress, result);
  const all = instances.map((id) => states.get(id));
  const verification = verificationOf(all, now, timeoutMilliseconds);
  if (!isLook) return { ...progress, states, verification, dueAt: dueFor(all, progress) };
  const { reason } = verification;
  const looks = reason === progress.verification?.reason ? progress.looks + 1 : 1;
  const left = reason === "Verifying" ? timeLeft(all, now, timeoutMilliseconds) : 0;
  const pause = pauseBeforeLook({ isVerified: reason === undefined, looks, left, gateways, random });
  return { ...progress, states, verification, looks, lookedAt: now, dueAt: now + pause };
}

/** It rests on what an earlier process saw. */
function isTrusted({ states, verification }: Progress, instances: readonly string[]): boolean {
  return states.size === 0 && verification?.instances === instances.length;
}

function statesAfter({ states }: Progress, { instances, said, now }: LookResult): ReadonlyMap<string, InstanceState> {
  const after = new Map<string, InstanceState>();
  for (const id of instances) {
    const word = said.get(id);
    const state = word ? afterWord(states.get(id), word, now) : states.get(id);
    if (state) after.set(id, state);
  }
  return after;
}

/** An instance that came so soon after a look that it was not asked yet is asked soon. */
function dueFor(states: readonly (InstanceState | undefined)[], { lookedAt, dueAt }: Progress): number {
  return states.includes(undefined) ? Math.min(dueAt, lookedAt + FIRST_MILLISECONDS) : dueAt;
}

/** Until the first of those that do not run the configuration has no time any more. */
function timeLeft(states: readonly (InstanceState | undefined)[], now: number, timeoutMilliseconds: number): number {
  const since = states.map((state) => (state ? (state.unconfirmedSince ?? Number.POSITIVE_INFINITY) : now));
  return Math.min(...since) + timeoutMilliseconds - now;
}
