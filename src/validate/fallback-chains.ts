import { type FallbackNode, fallbackNodes, LONGEST_CHAIN, longChain, membersOfLongChains } from "./fallback-nodes.ts";
import type { Part, Parts } from "./part.ts";
import type { Finding } from "./rule.ts";
import { shortestCycle, tangles } from "./tangles.ts";

/**
 * Fallbacks that lead back to where they began, or on too often. Each is found
 * with every model that takes part in such a way, not only those of the one that
 * is shown: so when models are reordered or removed, what is left was found before.
 */
export function badChains(owner: Parts, routes: readonly Part<"route">[]): readonly Finding[] {
  const nodes = fallbackNodes(owner);
  const long = Array.from(nodes.values()).filter(({ steps }) => steps > LONGEST_CHAIN);
  const groups = tangles(long).map((group) => new Set(group));
  const groupOf = new Map(groups.flatMap((group) => Array.from(group, (node) => [node, group] as const)));
  return [
    ...groups.map(cycleFinding),
    ...long.flatMap((node) => chainFinding(node.part, node.next, groupOf.get(node))),
    ...routes.flatMap((part) => chainFinding(part, nodesOf(part, nodes), undefined)),
  ];
}

/** A group is told once, at its smallest name, which does not change when models are reordered. */
function cycleFinding(group: ReadonlySet<FallbackNode>): Finding {
  const first = Array.from(group).reduce((one, other) => (nameOf(other) < nameOf(one) ? other : one));
  const names = shortestCycle(first, group).map(nameOf);
  const detail = `must not lead back to the model itself, as ${quoted(names)} does`;
  return findingOf(first.part, detail, group);
}

/** What leads on too often. Ways that stay inside a group of cycles are told with the group. */
function chainFinding(
  part: Part<"model" | "route">,
  fallbacks: readonly FallbackNode[],
  group: ReadonlySet<FallbackNode> | undefined,
): readonly Finding[] {
  const first = fallbacks.find(({ steps }) => steps >= LONGEST_CHAIN);
  if (!first) return [];
  const members = membersOfLongChains(fallbacks);
  if (group?.isSupersetOf(members)) return [];
  const detail = `must begin chains of at most ${LONGEST_CHAIN} fallbacks, not ${quoted(longChain(first))}`;
  return [findingOf(part, detail, members)];
}

function nodesOf({ value }: Part<"route">, nodes: ReadonlyMap<string, FallbackNode>): readonly FallbackNode[] {
  return (value.fallbacks ?? []).flatMap((name) => nodes.get(name) ?? []);
}

/** Found in the whole list, since which fallback leads there changes with other models. */
function findingOf(part: Part<"model" | "route">, detail: string, members: ReadonlySet<FallbackNode>): Finding {
  const collidesWith = Array.from(members).filter((member) => member.part !== part);
  return { part, at: ["fallbacks"], kind: "Invalid value", detail, read: [["fallbacks"]], collidesWith };
}

function nameOf({ part }: FallbackNode): string {
  return part.value.name;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(" → ");
}
