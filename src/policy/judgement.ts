import type { EffectivePolicy } from "./effective-policy.ts";
import { mergePolicies } from "./merge-policies.ts";
import { byName, compareNames } from "./name-order.ts";
import { type Excepted, type Opinion, opinionOf } from "./opinion.ts";
import type { ExceptionFact, PolicyFact } from "./policy-fact.ts";
import type { AuditCandidate } from "./policy-lookup.ts";

/**
 * What the policies that select a subject say to it, as long as the same
 * exceptions are in force. Time alone changes nothing until the next of them
 * ends, so a judgement can be kept and asked again at any moment that it holds at.
 */
export class Judgement {
  readonly effective: EffectivePolicy;
  readonly #audited: readonly PolicyFact[];
  readonly #enforced: readonly Opinion[];
  readonly #inForce: readonly ExceptionFact[];
  readonly #excepted: ReadonlyMap<string, Excepted>;
  readonly #ended: readonly ExceptionFact[];
  readonly #holdsFrom: number;
  readonly #holdsUntil: number;
  #candidates: readonly AuditCandidate[] | undefined;

  /** `policies` are those that select the subject, `exceptions` are written for it; those of other policies have no effect. */
  constructor(policies: readonly PolicyFact[], exceptions: readonly ExceptionFact[], now: number) {
    const inForce = exceptions.filter(({ endsAt }) => now < endsAt);
    this.#inForce = inForce;
    this.#ended = exceptions.filter(({ endsAt }) => now >= endsAt);
    this.#holdsUntil = inForce.reduce((soonest, { endsAt }) => Math.min(soonest, endsAt), Number.POSITIVE_INFINITY);
    this.#holdsFrom = this.#ended.reduce((latest, { endsAt }) => Math.max(latest, endsAt), Number.NEGATIVE_INFINITY);
    this.#excepted = exceptedRules(inForce);
    this.#audited = policies.filter(({ spec }) => spec.mode === "Audit").sort(byName);
    this.#enforced = policies.filter(({ spec }) => spec.mode === "Enforce").map((policy) => this.#opinionOf(policy));
    this.effective = mergePolicies(this.#enforced, this.#ended);
  }

  /** Milliseconds since the epoch at which the next exception ends. */
  get holdsUntil(): number | undefined {
    return this.#inForce.length === 0 ? undefined : this.#holdsUntil;
  }

  holdsAt(now: number): boolean {
    return this.#holdsFrom <= now && now < this.#holdsUntil;
  }

  /** Merged when first asked for: most clusters have nothing in Audit. */
  get candidates(): readonly AuditCandidate[] {
    this.#candidates ??= this.#audited.map((policy) => ({
      policy: policy.name,
      effective: mergePolicies([...this.#enforced, this.#opinionOf(policy)], this.#ended),
    }));
    return this.#candidates;
  }

  /** The exceptions of the policies that select the subject, in Audit too. */
  get exceptions(): Exceptions {
    const policies = new Set([...this.effective.policies, ...this.#audited.map(({ name }) => name)]);
    const ofPolicies = (exceptions: readonly ExceptionFact[]) =>
      exceptions
        .filter(({ policy }) => policies.has(policy))
        .sort((a, b) => compareNames(a.policy, b.policy) || a.position - b.position);
    return { inForce: ofPolicies(this.#inForce), ended: ofPolicies(this.#ended) };
  }

  #opinionOf(policy: PolicyFact): Opinion {
    const excepted = this.#excepted.get(policy.name);
    return excepted ? opinionOf(policy.name, policy.spec, excepted) : policy.opinion;
  }
}

/** What is written for a subject. */
export interface Exceptions {
  readonly inForce: readonly ExceptionFact[];
  readonly ended: readonly ExceptionFact[];
}

/** The rules from which each policy makes an exception. */
function exceptedRules(inForce: readonly ExceptionFact[]): ReadonlyMap<string, Excepted> {
  const excepted = new Map<string, Map<string, number>>();
  for (const { policy, rules, position } of inForce) {
    const known = excepted.get(policy) ?? new Map<string, number>();
    for (const rule of rules) known.set(rule, Math.min(position, known.get(rule) ?? position));
    excepted.set(policy, known);
  }
  return excepted;
}
