import type { FallbackModel } from "./fallback-models.ts";

/** Fallbacks may have fallbacks, but only so often one after the other: each step is one more wait for the client. */
export const LONGEST_CHAIN = 3;

/** A model and what it falls back on. */
export interface FallbackNode<M extends FallbackModel = FallbackModel> {
  readonly model: M;
  /** Fallbacks that are declared, without the model itself. */
  readonly next: readonly FallbackNode<M>[];
  /** Steps that can be taken from here, counted up to one more than is allowed. Endless in a cycle. */
  readonly steps: number;
}

export function fallbackNodes<M extends FallbackModel>(
  models: ReadonlyMap<string, M>,
): ReadonlyMap<string, FallbackNode<M>> {
  const nodes = new Map<string, Growing<M>>();
  for (const [name, model] of models) nodes.set(name, { model, next: [], steps: 0 });
  const leading: Growing<M>[] = [];
  for (const node of nodes.values()) {
    for (const name of node.model.fallbacks) {
      const fallback = nodes.get(name);
      if (fallback && fallback !== node) node.next.push(fallback);
    }
    if (node.next.length > 0) leading.push(node);
  }
  // After as many rounds every chain of that length has been seen, however the models are ordered.
  for (let round = 0; round <= LONGEST_CHAIN; round += 1) for (const node of leading) node.steps = stepsFrom(node);
  return nodes;
}

interface Growing<M extends FallbackModel> extends FallbackNode<M> {
  readonly next: Growing<M>[];
  steps: number;
}

function stepsFrom({ next }: FallbackNode): number {
  let most = 0;
  for (const { steps } of next) if (steps > most) most = steps;
  return Math.min(most, LONGEST_CHAIN) + 1;
}

/** The models that some chain passes which leads on too often from a choice of fallbacks. */
export function membersOfLongChains<M extends FallbackModel>(
  fallbacks: readonly FallbackNode<M>[],
): ReadonlySet<FallbackNode<M>> {
  const members = new Set<FallbackNode<M>>();
  let level: Iterable<FallbackNode<M>> = fallbacks;
  for (let stepsLeft = LONGEST_CHAIN; stepsLeft > 0; stepsLeft -= 1) {
    const passed = new Set<FallbackNode<M>>();
    for (const node of level) if (node.steps >= stepsLeft) passed.add(node);
    for (const node of passed) members.add(node);
    level = Array.from(passed).flatMap(({ next }) => next);
  }
  return members;
}

/** The first chain that leads on too often, by names. */
export function longChain(fallback: FallbackNode): readonly string[] {
  const names = [fallback.model.name];
  let node = fallback;
  for (let stepsLeft = LONGEST_CHAIN - 1; stepsLeft >= 0; stepsLeft -= 1) {
    const next = node.next.find(({ steps }) => steps >= stepsLeft);
    if (!next) break;
    names.push(next.model.name);
    node = next;
  }
  return names;
}
