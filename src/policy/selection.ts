import { isDeepStrictEqual } from "node:util";
import { Buckets } from "./buckets.ts";
import { anchorsOf, pairOf } from "./label-anchors.ts";
import { type Labels, selects, selectsEverything } from "./label-selector.ts";
import type { PolicyFact } from "./policy-fact.ts";
import { asFarAsKnown, namesMentioned } from "./unknown-namespace.ts";

/** The namespaces for which a change makes a difference. */
export type Affected = "every namespace" | Iterable<string>;

interface KnownNamespace {
  readonly labels: Labels;
  /** Policies whose selector the labels meet, without those that select every namespace. */
  readonly policies: Set<PolicyFact>;
}

/**
 * Which policies select which namespaces, kept up as both come and go, so that no
 * look-up compares labels. A change looks only at what has a label in common with
 * it, where the selector says which.
 */
export class Selection {
  readonly #policies = new Set<PolicyFact>();
  readonly #unselective = new Set<PolicyFact>();
  readonly #anchored = new Buckets<PolicyFact>();
  /** Policies whose selector tells a namespace apart by its name, by that name. */
  readonly #mentioning = new Buckets<PolicyFact>();
  readonly #unanchored = new Set<PolicyFact>();
  readonly #namespaces = new Map<string, KnownNamespace>();
  readonly #namespacesByLabel = new Buckets<string>();

  addPolicy(policy: PolicyFact): Affected {
    this.#policies.add(policy);
    const selector = policy.spec.namespaceSelector;
    if (selector === undefined || selectsEverything(selector)) {
      this.#unselective.add(policy);
      return "every namespace";
    }
    for (const name of namesMentioned(selector)) this.#mentioning.add(name, policy);
    const anchors = anchorsOf(selector);
    if (anchors === undefined) this.#unanchored.add(policy);
    for (const anchor of anchors ?? []) this.#anchored.add(anchor, policy);
    return this.#candidates(anchors).filter((name) => {
      const namespace = this.#namespaces.get(name);
      if (!namespace || !selects(selector, namespace.labels)) return false;
      namespace.policies.add(policy);
      return true;
    });
  }

  deletePolicy(policy: PolicyFact): Affected {
    this.#policies.delete(policy);
    if (this.#unselective.delete(policy)) return "every namespace";
    const selector = policy.spec.namespaceSelector ?? {};
    for (const name of namesMentioned(selector)) this.#mentioning.delete(name, policy);
    const anchors = anchorsOf(selector);
    this.#unanchored.delete(policy);
    for (const anchor of anchors ?? []) this.#anchored.delete(anchor, policy);
    return this.#candidates(anchors).filter((name) => this.#namespaces.get(name)?.policies.delete(policy));
  }

  /** Returns whether anything is new. */
  applyNamespace(name: string, labels: Labels): boolean {
    if (isDeepStrictEqual(this.#namespaces.get(name)?.labels, labels)) return false;
    this.deleteNamespace(name);
    const pairs = Object.entries(labels).map(([key, value]) => pairOf(key, value));
    for (const pair of pairs) this.#namespacesByLabel.add(pair, name);
    const policies = [...this.#unanchored, ...pairs.flatMap((pair) => [...(this.#anchored.get(pair) ?? [])])];
    const selecting = policies.filter(({ spec }) => selects(spec.namespaceSelector ?? {}, labels));
    this.#namespaces.set(name, { labels, policies: new Set(selecting) });
    return true;
  }

  deleteNamespace(name: string): void {
    const namespace = this.#namespaces.get(name);
    if (!namespace) return;
    this.#namespaces.delete(name);
    for (const [key, value] of Object.entries(namespace.labels)) {
      this.#namespacesByLabel.delete(pairOf(key, value), name);
    }
  }

  /** The policies that select a namespace, or, where its labels are not known, could select it. */
  policiesFor(name: string): readonly PolicyFact[] {
    const namespace = this.#namespaces.get(name);
    if (namespace) return Array.from(namespace.policies.union(this.#unselective));
    return Array.from(this.#policies).flatMap((policy) => asFarAsKnown(policy, name) ?? []);
  }

  /** The namespaces that a policy selects, as far as they are known. */
  selectedBy(policy: PolicyFact): Affected {
    if (this.#unselective.has(policy)) return "every namespace";
    const candidates = this.#candidates(anchorsOf(policy.spec.namespaceSelector ?? {}));
    return candidates.filter((name) => this.#namespaces.get(name)?.policies.has(policy));
  }

  /** Whether the name alone makes a difference, so that a namespace that is not known is not as good as any other. */
  tellsApart(name: string): boolean {
    return this.#mentioning.get(name) !== undefined;
  }

  labelsOf(name: string): Labels | undefined {
    return this.#namespaces.get(name)?.labels;
  }

  namespaces(): Iterable<string> {
    return this.#namespaces.keys();
  }

  /** The namespaces that a selector with these anchors can possibly select. */
  #candidates(anchors: readonly string[] | undefined): string[] {
    if (anchors === undefined) return Array.from(this.#namespaces.keys());
    return Array.from(new Set(anchors.flatMap((anchor) => [...(this.#namespacesByLabel.get(anchor) ?? [])])));
  }
}
