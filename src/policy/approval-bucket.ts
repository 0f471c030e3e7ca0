import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { compareNames } from "./name-order.ts";

/** Approvals that share a pattern. A look-up gets the same list until one of them changes. */
export class ApprovalBucket {
  readonly #byName = new Map<string, ApprovedModel>();
  #inOrder: readonly ApprovedModel[] | undefined;

  set(name: string, approval: ApprovedModel): void {
    this.#byName.set(name, approval);
    this.#inOrder = undefined;
  }

  delete(name: string): void {
    this.#byName.delete(name);
    this.#inOrder = undefined;
  }

  get isEmpty(): boolean {
    return this.#byName.size === 0;
  }

  /** By name. */
  get inOrder(): readonly ApprovedModel[] {
    this.#inOrder ??= inOrder(this.#byName);
    return this.#inOrder;
  }
}

/** The approvals of several buckets, each once, by name. */
export function merged(buckets: readonly ApprovalBucket[]): readonly ApprovedModel[] {
  return inOrder(new Map(buckets.flatMap(({ inOrder }) => inOrder.map((approval) => [nameOf(approval), approval]))));
}

function inOrder(byName: ReadonlyMap<string, ApprovedModel>): readonly ApprovedModel[] {
  return Array.from(byName.values()).sort((left, right) => compareNames(nameOf(left), nameOf(right)));
}

function nameOf({ metadata }: ApprovedModel): string {
  return metadata.name ?? "";
}
