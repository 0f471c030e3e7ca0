import { plainText } from "#review/plain-text.ts";
import type { Unconfirmed } from "./confirmation.ts";
import { type InstanceState, isTimeUp, isVerified } from "./instance-state.ts";

/** What the instances of a gateway were found to run, when they were last asked. */
export interface Verification {
  /** Those that were to be asked: ready Pods, or the one URL. */
  readonly instances: number;
  /** Those that run the configuration, by their own word. */
  readonly verified: number;
  /** Those that said that they run another one. A push brings them back; a file may still be on its way. */
  readonly differing: number;
  /**
   * Why not all run it; absent when all do. `Verifying`: they still have time.
   * `ConfigurationRefused`: they will not, whatever the time. `NoInstances`: nobody
   * is there to be asked. The others are what was found when time was up.
   */
  readonly reason?: VerificationReason;
  /** What is wrong with the first instance that does not, by name; holds no secret. */
  readonly lastError?: string;
}

export type VerificationReason = "Verifying" | "NoInstances" | (typeof REASONS)[Unconfirmed["type"]];

/** Pure: the sum of what is known of each instance. */
export function verificationOf(
  states: readonly (InstanceState | undefined)[],
  now: number,
  timeoutMilliseconds: number,
): Verification {
  const instances = states.length;
  if (instances === 0) return { instances, verified: 0, differing: 0, reason: "NoInstances", lastError: NOBODY };
  const failing = states.filter((state) => !isVerified(state, now, timeoutMilliseconds));
  const verified = instances - failing.length;
  const differing = failing.filter((state) => state?.word.type === "differs").length;
  if (failing.length === 0) return { instances, verified, differing };
  const refusing = failing.find((state) => state?.word.type === "refused");
  const late = failing.find((state) => isTimeUp(state, now, timeoutMilliseconds));
  const worst = refusing ?? late ?? failing.find((state) => state !== undefined);
  const word = worst && worst.word.type !== "confirmed" ? worst.word : NOT_ASKED;
  const reason = refusing || late ? REASONS[word.type] : "Verifying";
  return { instances, verified, differing, reason, lastError: errorOf(word, failing.length - 1) };
}

const NOBODY = "no Pod that the class selects is ready";

const NOT_ASKED: Unconfirmed = { type: "unreachable", message: "has not been asked yet" };

const REASONS = {
  differs: "HashMismatch",
  refused: "ConfigurationRefused",
  unexpected: "UnexpectedAnswer",
  unreachable: "Unreachable",
} as const satisfies Record<Unconfirmed["type"], string>;

function errorOf({ message }: Unconfirmed, others: number): string {
  return plainText(message, LONGEST_ERROR) + (others > 0 ? ` (and ${others} more)` : "");
}

/** Fits into a condition's message, which has 1,024, and `status.gateway.lastError`. */
const LONGEST_ERROR = 480;
