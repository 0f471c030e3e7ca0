import { millisecondsOf } from "./duration.ts";

/**
 * The timeouts that somebody can have meant. No model answers within 100 ms, and
 * nobody waits half an hour for one; beyond either end the unit is mostly wrong.
 */
export const TIMEOUT_RANGE = {
  shortest: { text: "100ms", milliseconds: 100 },
  longest: { text: "30m", milliseconds: 1_800_000 },
} as const;

/** Id of the rule that holds objects to it. */
export const TIMEOUT_RULE = "implausible-timeout";

/** Whether a duration lies outside. One that cannot be read does not; its shape is wrong. */
export function isImplausible(duration: string): boolean {
  return nearestPlausible(duration) !== duration;
}

/** A duration, brought inside the range. */
export function nearestPlausible(duration: string): string {
  const milliseconds = millisecondsOf(duration);
  if (milliseconds === undefined) return duration;
  const { shortest, longest } = TIMEOUT_RANGE;
  if (milliseconds < shortest.milliseconds) return shortest.text;
  return milliseconds > longest.milliseconds ? longest.text : duration;
}
