import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shortestCycle, tangles } from "./tangles.ts";

interface Named {
  readonly name: number;
  readonly next: Named[];
}

/** Nodes `0…n`, each leading to those whose numbers are listed for it. */
function nodesOf(lists: readonly (readonly number[])[]): readonly Named[] {
  const nodes = lists.map((_, name): Named => ({ name, next: [] }));
  lists.forEach((list, index) => nodes[index]?.next.push(...list.flatMap((other) => nodes[other] ?? [])));
  return nodes;
}

function leadsTo(from: Named, to: Named): boolean {
  const seen = new Set(from.next);
  for (const node of seen) for (const next of node.next) seen.add(next);
  return seen.has(to);
}

const lists = fc.array(fc.uniqueArray(fc.nat(5), { maxLength: 3 }), { maxLength: 6 });

describe("tangles", () => {
  it("puts two nodes into one group exactly if each leads to the other", () => {
    fc.assert(
      fc.property(lists, (graph) => {
        const nodes = nodesOf(graph);
        const groups = tangles(nodes);
        for (const one of nodes) {
          for (const other of nodes) {
            if (one === other) continue;
            const together = groups.some((group) => group.includes(one) && group.includes(other));
            expect(together).toBe(leadsTo(one, other) && leadsTo(other, one));
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("leaves out nodes that lead only to themselves", () => {
    expect(tangles(nodesOf([[0], [0]]))).toEqual([]);
  });
});

describe("shortestCycle", () => {
  it("goes from a node back to it by the shortest way", () => {
    const [start, ...others] = nodesOf([[1, 3], [2], [0], [0]]);
    const names = start && shortestCycle(start, new Set([start, ...others])).map(({ name }) => name);
    expect(names).toEqual([0, 3, 0]);
  });
});
