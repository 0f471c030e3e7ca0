/**
 * What is publicly known of providers and their models: advice, by which rules warn.
 * No denial rests on it, and no trust: an operator may replace it, and it ages.
 */
export interface ModelData {
  /** Where it comes from. */
  readonly source: string;
  /** The day on which it was true, as in `2026-09-23`. */
  readonly date: string;
  readonly providers: readonly ProviderData[];
}

export interface ProviderData {
  /** As `provider` of a model names it. */
  readonly id: string;
  /** Other names that mean the same. */
  readonly aliases?: readonly string[];
  /** Hosts that serve nobody else's models, compared whole. */
  readonly hosts?: readonly string[];
  /** Whether it serves models of its own only, and every family of them is listed. */
  readonly complete?: boolean;
  /** What may stand before an id of its models, such as a region, and says nothing about which model it is. */
  readonly idPrefixes?: readonly string[];
  readonly models: readonly ModelGroup[];
}

/** Models of which the same is known. */
export interface ModelGroup extends KnownModel {
  /** Exact ids, or prefixes and `*`. */
  readonly ids: readonly string[];
}

/** What is known of a model. */
export interface KnownModel {
  /** What it can be used as; absent where that is not known. */
  readonly types?: readonly string[];
  /** Whether the provider asks for another one to be used. */
  readonly deprecated?: boolean;
  /** The day from which it is not served any more. */
  readonly retiresAt?: string;
  /** The id of the model to use instead. */
  readonly replacement?: string;
}
