import type { EffectiveConfiguration } from "#gateway/effective-configuration.ts";
import type { LastGood } from "./last-good.ts";

/** What a gateway is to run, and what became of each part that somebody wrote for it. */
export interface Effective {
  readonly configuration: EffectiveConfiguration;
  /**
   * SHA-256 in hexadecimal of the configuration, the resource versions of its Secrets,
   * adapter, the adapter's rendering version and class parameters. Never of a Secret's content.
   */
  readonly hash: string;
  /** Whether a credential stands where none should, as in a policy's `config`: see RenderContext. */
  readonly isConfidential: boolean;
  readonly parts: readonly PartState[];
  /** To be kept in the delivery Secret. */
  readonly lastGood: LastGood;
  /** Milliseconds since the epoch at which this may come out differently with nothing edited. */
  readonly nextChange: number | undefined;
}

export type EffectivePartKind = "model" | "route" | "policy" | "limit" | "template" | "integration" | "object";

export interface PartState {
  readonly kind: EffectivePartKind;
  /** The stored object that the part stands in. */
  readonly owner: { readonly kind: string; readonly name: string };
  /** Name of a model or policy, or of the object where that is the part; of a route its path. */
  readonly name: string;
  /** Field path in the owner. */
  readonly path: string;
  /** LastGood: quarantined as it is now, an older form runs. */
  readonly state: "Good" | "LastGood" | "Quarantined";
  /**
   * CamelCase: `Conflicted`, `InvalidReference`, `DependencyQuarantined`, `NotApproved`,
   * `ApprovalExpired`, `ModelRetired`, `SecretNotFound`, `SecretKeyNotFound`, `SecretInvalid`,
   * `SecretNotForHost`, `SecretAccessNotGranted`, or the rule's id so written, as `RateLimitBounds`.
   */
  readonly reason?: string;
  /** Holds no secret. */
  readonly message?: string;
  /** Ids of the rules that deny it. */
  readonly rules?: readonly string[];
  /** Of models. */
  readonly provider?: string;
  /** Of models: whether an approval in force covers what runs, or, where nothing does, what is written. */
  readonly approved?: boolean;
}
