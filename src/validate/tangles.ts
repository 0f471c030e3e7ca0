/** Something that leads on to others of its kind. */
export interface Node<N> {
  readonly next: readonly N[];
}

/**
 * The groups of nodes each of which leads to every other (Tarjan 1972), those of
 * one node left out. Every cycle lies within one group, so groups stand for
 * cycles, of which there may be exponentially many. Recursion is as deep as there are nodes.
 */
export function tangles<N extends Node<N>>(nodes: Iterable<N>): readonly (readonly N[])[] {
  const found: N[][] = [];
  const visits = new Map<N, Visit>();
  const open: N[] = [];

  function visit(node: N): Visit {
    const own: Visit = { number: visits.size, lowest: visits.size, open: true };
    visits.set(node, own);
    const height = open.push(node);
    for (const next of node.next) {
      const known = visits.get(next);
      if (!known) own.lowest = Math.min(own.lowest, visit(next).lowest);
      else if (known.open) own.lowest = Math.min(own.lowest, known.number);
    }
    if (own.lowest === own.number) close(open.splice(height - 1));
    return own;
  }

  function close(group: N[]): void {
    for (const node of group) {
      const visit = visits.get(node);
      if (visit) visit.open = false;
    }
    if (group.length > 1) found.push(group);
  }

  for (const node of nodes) if (!visits.has(node)) visit(node);
  return found;
}

interface Visit {
  readonly number: number;
  /** Smallest number of an open node that it leads to. */
  lowest: number;
  open: boolean;
}

/** The shortest way from a node of a tangle back to itself, beginning and ending with it. */
export function shortestCycle<N extends Node<N>>(start: N, tangle: ReadonlySet<N>): readonly N[] {
  const cameFrom = new Map<N, N>();
  const queue = [start];
  for (const node of queue) {
    for (const next of node.next) {
      if (next === start) return [...wayTo(node, cameFrom), start];
      if (!tangle.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  return [start];
}

function wayTo<N>(end: N, cameFrom: ReadonlyMap<N, N>): N[] {
  const way = [end];
  for (let node = cameFrom.get(end); node !== undefined; node = cameFrom.get(node)) way.unshift(node);
  return way;
}
