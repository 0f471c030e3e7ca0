import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { Buckets } from "./buckets.ts";
import { prefixOf } from "./model-pattern.ts";
import { compareNames } from "./name-order.ts";

/**
 * ApprovedModels by the model ids that their patterns match. A look-up asks once
 * for the exact id and once for each length of prefix that any pattern has, of
 * which there are at most as many as a pattern has characters.
 */
export class ApprovalIndex {
  readonly #approvals = new Map<string, ApprovedModel>();
  readonly #exact = new Buckets<string>();
  readonly #prefixesByLength = new Map<number, Buckets<string>>();

  apply(name: string, approval: ApprovedModel): void {
    this.delete(name);
    this.#approvals.set(name, approval);
    for (const pattern of approval.spec.models) {
      const prefix = prefixOf(pattern);
      if (prefix === undefined) this.#exact.add(pattern, name);
      else this.#prefixesOf(prefix.length).add(prefix, name);
    }
  }

  delete(name: string): void {
    const approval = this.#approvals.get(name);
    if (!approval) return;
    this.#approvals.delete(name);
    for (const pattern of approval.spec.models) {
      const prefix = prefixOf(pattern);
      if (prefix === undefined) this.#exact.delete(pattern, name);
      else this.#deletePrefix(prefix, name);
    }
  }

  names(): Iterable<string> {
    return this.#approvals.keys();
  }

  /** Approvals one of whose patterns matches, by name. */
  matching(modelId: string): readonly ApprovedModel[] {
    const approvals: ApprovedModel[] = [];
    for (const name of this.#namesMatching(modelId)) {
      const approval = this.#approvals.get(name);
      if (approval) approvals.push(approval);
    }
    return approvals;
  }

  #namesMatching(modelId: string): readonly string[] {
    const exact = this.#exact.get(modelId);
    const found = exact ? [exact] : [];
    for (const [length, prefixes] of this.#prefixesByLength) {
      const names = prefixes.get(modelId.slice(0, length));
      if (names) found.push(names);
    }
    const [first, ...others] = found;
    if (!first) return NO_NAMES;
    const all = others.length === 0 ? Array.from(first) : Array.from(new Set(found.flatMap((names) => [...names])));
    return all.length === 1 ? all : all.sort(compareNames);
  }

  #prefixesOf(length: number): Buckets<string> {
    const known = this.#prefixesByLength.get(length);
    if (known) return known;
    const created = new Buckets<string>();
    this.#prefixesByLength.set(length, created);
    return created;
  }

  #deletePrefix(prefix: string, name: string): void {
    const prefixes = this.#prefixesByLength.get(prefix.length);
    prefixes?.delete(prefix, name);
    if (prefixes?.size === 0) this.#prefixesByLength.delete(prefix.length);
  }
}

const NO_NAMES: readonly string[] = [];
