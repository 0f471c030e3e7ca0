import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { EffectivePolicy } from "#policy/effective-policy.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";

/** What defaults depend on beside the object. */
export interface MutationFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly lookup: PolicyLookup;
  readonly policy: EffectivePolicy;
  /** The object's namespace, which its own metadata may leave out. */
  readonly namespace: string;
}

/** Who has defaults for one model. */
export interface Offers {
  /** Approvals that cover the model, by name: the first that offers a value wins. */
  readonly approvals: readonly ApprovedModel[];
  readonly policy: EffectivePolicy;
}
