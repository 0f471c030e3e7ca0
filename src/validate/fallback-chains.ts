import type { RelativePath } from "#api/field-path.ts";
import type { OwnModel } from "./fallback-models.ts";
import { type FallbackNode, fallbackNodes, LONGEST_CHAIN, longChain, membersOfLongChains } from "./fallback-nodes.ts";
import type { Part } from "./part.ts";
import type { Finding } from "./rule.ts";
import { shortestCycle, tangles } from "./tangles.ts";

type OwnNode = FallbackNode<OwnModel>;

/**
 * Fallbacks that lead back to where they began, or on too often. Each is found
 * with every model that takes part in such a way, not only those of the one that
 * is shown: so when models are reordered or removed, what is left was found before.
 */
export function badChains(models: ReadonlyMap<string, OwnModel>, routes: readonly Part<"route">[]): readonly Finding[] {
  const nodes = fallbackNodes(models);
  const long = Array.from(nodes.values()).filter(({ steps }) => steps > LONGEST_CHAIN);
  const groups = tangles(long).map((group) => new Set(group));
  const groupOf = new Map(groups.flatMap((group) => Array.from(group, (node) => [node, group] as const)));
  return [
    ...groups.map(cycleFinding),
    ...long.flatMap((node) => chainFinding(node.model, node.next, groupOf.get(node))),
    ...routes.flatMap((part) => chainFinding({ part, at: FALLBACKS }, nodesOf(part, nodes), undefined)),
  ];
}

/** Where fallbacks begin. */
interface Start {
  readonly part: Part;
  /** The whole list, since which fallback leads on changes with other models. */
  readonly at: RelativePath;
}

const FALLBACKS: RelativePath = ["fallbacks"];

/** A group is told once, at its smallest name, which does not change when models are reordered. */
function cycleFinding(group: ReadonlySet<OwnNode>): Finding {
  const first = Array.from(group).reduce((one, other) => (nameOf(other) < nameOf(one) ? other : one));
  return findingOf(first.model, saysCycle(first, group), group);
}

/** What leads on too often. Ways that stay inside a group of cycles are told with the group. */
function chainFinding(
  start: Start,
  fallbacks: readonly OwnNode[],
  group: ReadonlySet<OwnNode> | undefined,
): readonly Finding[] {
  const first = fallbacks.find(({ steps }) => steps >= LONGEST_CHAIN);
  if (!first) return [];
  const members = membersOfLongChains(fallbacks);
  if (group?.isSupersetOf(members)) return [];
  return [findingOf(start, saysLong(longChain(first)), members)];
}

function nodesOf({ value }: Part<"route">, nodes: ReadonlyMap<string, OwnNode>): readonly OwnNode[] {
  return (value.fallbacks ?? []).flatMap((name) => nodes.get(name) ?? []);
}

function findingOf({ part, at }: Start, detail: string, members: ReadonlySet<OwnNode>): Finding {
  const others = Array.from(members, ({ model }) => model);
  const collidesWith = others.filter((member) => member.part !== part);
  return { part, at, kind: "Invalid value", detail, read: [at], collidesWith };
}

export function saysCycle(first: FallbackNode, group: ReadonlySet<FallbackNode>): string {
  return `must not lead back to the model itself, as ${quoted(shortestCycle(first, group).map(nameOf))} does`;
}

export function saysLong(names: readonly string[]): string {
  return `must begin chains of at most ${LONGEST_CHAIN} fallbacks, not ${quoted(names)}`;
}

function nameOf({ model }: FallbackNode): string {
  return model.name;
}

export function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(" → ");
}
