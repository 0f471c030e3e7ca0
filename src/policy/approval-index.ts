import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { ApprovalBucket, merged } from "./approval-bucket.ts";
import { prefixOf } from "./model-pattern.ts";
import type { ApprovedPatterns } from "./policy-lookup.ts";

/**
 * ApprovedModels by the model ids that their patterns match, and by the Secret from
 * which they supply a credential. A look-up of an id asks once for the exact id and
 * once for each length of prefix that any pattern has, of which there are at most
 * as many as a pattern has characters. By length too, since what resembles an id
 * is about as long.
 */
export class ApprovalIndex {
  readonly #approvals = new Map<string, ApprovedModel>();
  readonly #exactByLength = new Map<number, Buckets>();
  readonly #prefixesByLength = new Map<number, Buckets>();
  readonly #bySecret: Buckets = new Map();

  apply(name: string, approval: ApprovedModel): void {
    this.delete(name);
    this.#approvals.set(name, approval);
    for (const pattern of approval.spec.models) {
      const prefix = prefixOf(pattern);
      const byLength = prefix === undefined ? this.#exactByLength : this.#prefixesByLength;
      bucketOf(ofLength(byLength, (prefix ?? pattern).length), prefix ?? pattern).set(name, approval);
    }
    const secret = secretOf(approval);
    if (secret !== undefined) bucketOf(this.#bySecret, secret).set(name, approval);
  }

  delete(name: string): void {
    const approval = this.#approvals.get(name);
    if (!approval) return;
    this.#approvals.delete(name);
    for (const pattern of approval.spec.models) {
      const prefix = prefixOf(pattern);
      deleteOfLength(prefix === undefined ? this.#exactByLength : this.#prefixesByLength, prefix ?? pattern, name);
    }
    const secret = secretOf(approval);
    if (secret !== undefined) deleteFrom(this.#bySecret, secret, name);
  }

  names(): Iterable<string> {
    return this.#approvals.keys();
  }

  get(name: string): ApprovedModel | undefined {
    return this.#approvals.get(name);
  }

  all(): Iterable<ApprovedModel> {
    return this.#approvals.values();
  }

  /** Approvals one of whose patterns matches, by name. */
  matching(modelId: string): readonly ApprovedModel[] {
    let first = this.#exactByLength.get(modelId.length)?.get(modelId);
    let others: ApprovalBucket[] | undefined;
    for (const [length, prefixes] of this.#prefixesByLength) {
      const bucket = prefixes.get(modelId.slice(0, length));
      if (!bucket) continue;
      if (first) (others ??= []).push(bucket);
      else first = bucket;
    }
    if (!first) return NO_APPROVALS;
    return others ? merged([first, ...others]) : first.inOrder;
  }

  /** Approvals whose credential is in a Secret of this name, by name. */
  ofSecret(secret: string): readonly ApprovedModel[] {
    return this.#bySecret.get(secret)?.inOrder ?? NO_APPROVALS;
  }

  /** What approvals name, in whatever state they are. */
  get patterns(): ApprovedPatterns {
    return { ids: this.#exactByLength, prefixes: this.#prefixesByLength };
  }
}

/** A pattern without approvals takes no room. */
type Buckets = Map<string, ApprovalBucket>;

const NO_APPROVALS: readonly ApprovedModel[] = [];

function secretOf({ spec }: ApprovedModel): string | undefined {
  return spec.defaults?.authSecretRef?.name;
}

function ofLength(byLength: Map<number, Buckets>, length: number): Buckets {
  const known = byLength.get(length);
  if (known) return known;
  const created: Buckets = new Map();
  byLength.set(length, created);
  return created;
}

function deleteOfLength(byLength: Map<number, Buckets>, text: string, name: string): void {
  const buckets = byLength.get(text.length);
  if (!buckets) return;
  deleteFrom(buckets, text, name);
  if (buckets.size === 0) byLength.delete(text.length);
}

function bucketOf(buckets: Buckets, key: string): ApprovalBucket {
  const known = buckets.get(key);
  if (known) return known;
  const created = new ApprovalBucket();
  buckets.set(key, created);
  return created;
}

function deleteFrom(buckets: Buckets, key: string, name: string): void {
  const bucket = buckets.get(key);
  bucket?.delete(name);
  if (bucket?.isEmpty) buckets.delete(key);
}
