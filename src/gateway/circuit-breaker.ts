import { millisecondsOf } from "#api/duration.ts";
import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";

/** When a model that keeps failing is left alone. */
export interface CircuitBreaker {
  readonly failures: number;
  readonly openMilliseconds: number;
  /** Over which failures are counted. */
  readonly intervalMilliseconds: number;
}

/**
 * The strictest of the circuit breakers among these policies. A circuit is a
 * model's: it opens for every route as soon as one that has the policy leads there.
 * What a `config` gives in a form that is not its own counts as absent.
 */
export function circuitBreakerOf(policies: readonly AttachedPolicy[]): CircuitBreaker | undefined {
  const breakers = policies
    .filter(({ type }) => type === "circuitBreaker")
    .map(({ config }) => settingsOf(config ?? {}));
  if (breakers.length === 0) return undefined;
  return {
    failures: Math.min(...breakers.map(({ failures }) => failures)),
    openMilliseconds: Math.max(...breakers.map(({ openMilliseconds }) => openMilliseconds)),
    intervalMilliseconds: Math.max(...breakers.map(({ intervalMilliseconds }) => intervalMilliseconds)),
  };
}

const DEFAULT_FAILURES = 5;
const DEFAULT_MILLISECONDS = 30_000;

function settingsOf(config: Readonly<Record<string, unknown>>): CircuitBreaker {
  const { failureThreshold, openSeconds } = config;
  const open = milliseconds(config["openDuration"]);
  return {
    failures: isCount(failureThreshold) ? failureThreshold : DEFAULT_FAILURES,
    openMilliseconds: open ?? (isCount(openSeconds) ? openSeconds * 1000 : DEFAULT_MILLISECONDS),
    intervalMilliseconds: milliseconds(config["interval"]) ?? DEFAULT_MILLISECONDS,
  };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}

function milliseconds(value: unknown): number | undefined {
  return typeof value === "string" ? millisecondsOf(value) || undefined : undefined;
}
