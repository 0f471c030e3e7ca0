import type { Action, ClusterLocal } from "#api/kinds/ai-gateway-policy.ts";

/** A value and who asked for it: `policy team-defaults`, `approval openai`, or `built-in`. */
export interface Sourced<T> {
  readonly value: T;
  readonly source: string;
}

/** What comes of a rule's violations, and where its source says so: `spec.rules.size`, or `spec.exceptions[2]`. */
export interface NamedAction extends Sourced<Action> {
  readonly field: string;
}

export const RATE_LIMIT_FIELDS = ["requestsPerMinute", "burst", "tokensPerMinute"] as const;
export type RateLimitField = (typeof RATE_LIMIT_FIELDS)[number];

export interface Bounds {
  readonly min: Readonly<Partial<Record<RateLimitField, Sourced<number>>>>;
  readonly max: Readonly<Partial<Record<RateLimitField, Sourced<number>>>>;
}

/**
 * What one object is held to: every policy in force for it, merged. Each value
 * says where it comes from, so that a message can.
 */
export interface EffectivePolicy {
  /** Names of the policies that were merged, in order. */
  readonly policies: readonly string[];
  /** Actions that policies name, the strictest for each rule. A rule that is not here has its own default. */
  readonly actions: ReadonlyMap<string, NamedAction>;
  readonly rateLimits: Bounds & { readonly required?: Sourced<true> };
  readonly endpoints: {
    readonly allowHTTP: Sourced<boolean>;
    readonly allowPrivate: Sourced<boolean>;
    readonly allowClusterLocal: Sourced<ClusterLocal>;
    /** A host must be on every one of these lists. */
    readonly allowedHosts: readonly Sourced<readonly string[]>[];
  };
  readonly requiredLabels: readonly Sourced<{ readonly key: string; readonly values?: readonly string[] }>[];
  readonly defaults: {
    readonly labels: ReadonlyMap<string, Sourced<string>>;
    readonly rateLimits: Readonly<Partial<Record<RateLimitField, Sourced<number>>>>;
    readonly timeouts: Readonly<Partial<Record<"request" | "streamIdle", Sourced<string>>>>;
  };
  /** Exceptions that were written for the object but have ended, so that a denial can name them. */
  readonly expiredExceptions: readonly {
    readonly policy: string;
    readonly rules: readonly string[];
    readonly expiresAt: string;
  }[];
}
