import type { RelativePath } from "#api/field-path.ts";
import type { Part, Parts } from "./part.ts";

/** Fallbacks may have fallbacks, but only so often one after the other: each step is one more wait for the client. */
export const LONGEST_CHAIN = 3;

/** A model and what it falls back on. */
export interface FallbackNode {
  readonly part: Part<"model">;
  readonly read: readonly RelativePath[];
  /** Fallbacks that are declared, without the model itself. */
  readonly next: readonly FallbackNode[];
  /** Steps that can be taken from here, counted up to one more than is allowed. Endless in a cycle. */
  readonly steps: number;
}

export function fallbackNodes({ modelsByName }: Parts): ReadonlyMap<string, FallbackNode> {
  const nodes = new Map<string, Growing>();
  for (const [name, part] of modelsByName) nodes.set(name, { part, read: READ, next: [], steps: 0 });
  const leading: Growing[] = [];
  for (const node of nodes.values()) {
    for (const name of node.part.value.fallbacks ?? []) {
      const fallback = nodes.get(name);
      if (fallback && fallback !== node) node.next.push(fallback);
    }
    if (node.next.length > 0) leading.push(node);
  }
  // After as many rounds every chain of that length has been seen, however the models are ordered.
  for (let round = 0; round <= LONGEST_CHAIN; round += 1) for (const node of leading) node.steps = stepsFrom(node);
  return nodes;
}

const READ: readonly RelativePath[] = [["fallbacks"]];

interface Growing extends FallbackNode {
  readonly next: Growing[];
  steps: number;
}

function stepsFrom({ next }: Growing): number {
  let most = 0;
  for (const { steps } of next) if (steps > most) most = steps;
  return Math.min(most, LONGEST_CHAIN) + 1;
}

/** The models that some chain passes which leads on too often from a choice of fallbacks. */
export function membersOfLongChains(fallbacks: readonly FallbackNode[]): ReadonlySet<FallbackNode> {
  const members = new Set<FallbackNode>();
  let level: Iterable<FallbackNode> = fallbacks;
  for (let stepsLeft = LONGEST_CHAIN; stepsLeft > 0; stepsLeft -= 1) {
    const passed = new Set<FallbackNode>();
    for (const node of level) if (node.steps >= stepsLeft) passed.add(node);
    for (const node of passed) members.add(node);
    level = Array.from(passed).flatMap(({ next }) => next);
  }
  return members;
}

/** The first chain that leads on too often, by names. */
export function longChain(fallback: FallbackNode): readonly string[] {
  const names = [fallback.part.value.name];
  let node = fallback;
  for (let stepsLeft = LONGEST_CHAIN - 1; stepsLeft >= 0; stepsLeft -= 1) {
    const next = node.next.find(({ steps }) => steps >= stepsLeft);
    if (!next) break;
    names.push(next.part.value.name);
    node = next;
  }
  return names;
}
