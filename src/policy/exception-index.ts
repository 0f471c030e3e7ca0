import { Buckets } from "./buckets.ts";
import type { ExceptionFact, PolicyFact } from "./policy-fact.ts";
import type { Subject } from "./policy-lookup.ts";

/**
 * Exceptions that name objects or namespaces, by those names; the unconditional
 * ones are left to their policies. An exception with both lists is kept once for
 * each name and once for each namespace, never for each pair, whose number is the
 * product.
 */
export class ExceptionIndex {
  readonly #anyNamespace = new Buckets<ExceptionFact>();
  readonly #anyName = new Buckets<ExceptionFact>();
  readonly #pairsByName = new Buckets<ExceptionFact>();
  readonly #pairsByNamespace = new Buckets<ExceptionFact>();

  add(policy: PolicyFact): void {
    this.#eachEntry(policy, (bucket, key, exception) => bucket.add(key, exception));
  }

  delete(policy: PolicyFact): void {
    this.#eachEntry(policy, (bucket, key, exception) => bucket.delete(key, exception));
  }

  /**
   * What an answer about a subject's exceptions may be kept under: the same for
   * all objects that no exception names. Undefined where nothing names the subject.
   */
  keyOf({ namespace, name }: Subject): string | undefined {
    if (this.#anyNamespace.get(name) || this.#pairsByName.get(name)) return `${namespace}/${name}`;
    return this.#anyName.get(namespace) && `${namespace}/`;
  }

  /** The exceptions that are written for a subject, ended or not. */
  matching({ namespace, name }: Subject): readonly ExceptionFact[] {
    return [
      ...(this.#anyNamespace.get(name) ?? []),
      ...(this.#anyName.get(namespace) ?? []),
      ...this.#matchingPairs(namespace, name),
    ];
  }

  /** Every team may call its object `main`: going through the shorter list keeps that as cheap as distinct names. */
  #matchingPairs(namespace: string, name: string): readonly ExceptionFact[] {
    const sameName = this.#pairsByName.get(name);
    const sameNamespace = this.#pairsByNamespace.get(namespace);
    if (!sameName || !sameNamespace) return [];
    const [shorter, longer] =
      sameName.size < sameNamespace.size ? [sameName, sameNamespace] : [sameNamespace, sameName];
    return Array.from(shorter).filter((exception) => longer.has(exception));
  }

  #eachEntry(
    { exceptions }: PolicyFact,
    visit: (bucket: Buckets<ExceptionFact>, key: string, exception: ExceptionFact) => void,
  ): void {
    for (const exception of exceptions) {
      const { names, namespaces } = exception;
      for (const name of names ?? []) {
        visit(namespaces ? this.#pairsByName : this.#anyNamespace, name, exception);
      }
      for (const namespace of namespaces ?? []) {
        visit(names ? this.#pairsByNamespace : this.#anyName, namespace, exception);
      }
    }
  }
}
