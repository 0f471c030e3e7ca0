import { isDeepStrictEqual } from "node:util";
import { ExceptionIndex } from "./exception-index.ts";
import { Judgement } from "./judgement.ts";
import { JudgementCache } from "./judgement-cache.ts";
import type { Labels } from "./label-selector.ts";
import type { PolicySpec } from "./opinion.ts";
import { type PolicyFact, policyFact } from "./policy-fact.ts";
import type { Subject } from "./policy-lookup.ts";
import { type Affected, Selection } from "./selection.ts";

/** AIGatewayPolicies and the namespaces they select, ready to judge any subject. */
export class PolicyIndex {
  readonly #policies = new Map<string, PolicyFact>();
  readonly #selection = new Selection();
  readonly #exceptions = new ExceptionIndex();
  readonly #judgements = new JudgementCache();

  applyPolicy(name: string, spec: PolicySpec): void {
    // Most events are writes of the status, which change nothing here.
    if (isDeepStrictEqual(this.#policies.get(name)?.spec, spec)) return;
    this.deletePolicy(name);
    const policy = policyFact(name, spec);
    this.#policies.set(name, policy);
    this.#exceptions.add(policy);
    this.#judgements.dropFor(this.#selection.addPolicy(policy));
  }

  deletePolicy(name: string): void {
    const policy = this.#policies.get(name);
    if (!policy) return;
    this.#policies.delete(name);
    this.#exceptions.delete(policy);
    this.#judgements.dropFor(this.#selection.deletePolicy(policy));
  }

  /** The namespaces that a policy selects; none for one that is not known. */
  selectedBy(name: string): Affected {
    const policy = this.#policies.get(name);
    return policy ? this.#selection.selectedBy(policy) : [];
  }

  policyNames(): Iterable<string> {
    return this.#policies.keys();
  }

  policy(name: string): PolicyFact | undefined {
    return this.#policies.get(name);
  }

  /** Those that select a namespace. */
  policiesFor(namespace: string): readonly PolicyFact[] {
    return this.#selection.policiesFor(namespace);
  }

  policies(): Iterable<PolicyFact> {
    return this.#policies.values();
  }

  applyNamespace(name: string, labels: Labels): void {
    if (this.#selection.applyNamespace(name, labels)) this.#judgements.dropFor([name]);
  }

  deleteNamespace(name: string): void {
    this.#selection.deleteNamespace(name);
    this.#judgements.dropFor([name]);
  }

  namespaceNames(): Iterable<string> {
    return this.#selection.namespaces();
  }

  labelsOf(namespace: string): Labels | undefined {
    return this.#selection.labelsOf(namespace);
  }

  judge(subject: Subject, now: number): Judgement {
    const key = this.#exceptions.keyOf(subject);
    if (key !== undefined) return this.#judgements.ofObject(key, now, () => this.#judgeAfresh(subject, now));
    const { namespace } = subject;
    const isKnown = this.#selection.labelsOf(namespace) !== undefined;
    const judge = (): Judgement => this.#judgeAfresh(subject, now);
    if (!isKnown && this.#selection.tellsApart(namespace))
      return this.#judgements.ofUnknownNamespace(namespace, now, judge);
    return this.#judgements.ofNamespace(isKnown ? namespace : undefined, now, judge);
  }

  #judgeAfresh(subject: Subject, now: number): Judgement {
    const policies = this.#selection.policiesFor(subject.namespace);
    const unconditional = policies.flatMap((policy) => policy.unconditional);
    return new Judgement(policies, [...unconditional, ...this.#exceptions.matching(subject)], now);
  }
}
