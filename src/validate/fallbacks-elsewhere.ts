import type { AIRoute } from "#api/kinds/ai-route.ts";
import type { NamespaceObjects } from "#policy/stored-objects.ts";
import { quoted, saysCycle, saysLong } from "./fallback-chains.ts";
import { type ConfigOf, configsIn, type FallbackModel, storedModels } from "./fallback-models.ts";
import { type FallbackNode, fallbackNodes, LONGEST_CHAIN, longChain, membersOfLongChains } from "./fallback-nodes.ts";
import type { Part, Parts } from "./part.ts";
import { type Finding, HOLDS } from "./rule.ts";
import { tangles } from "./tangles.ts";
import { choiceOfRoute, unfitFallbacks } from "./unfit-fallbacks.ts";

/** What an AIRoute's fallbacks are to it alone, and at each stored gateway that it belongs to. */
export function badFallbacksOfRoute(owner: Parts, objects: NamespaceObjects): readonly Finding[] {
  const found = owner.routes.flatMap((part) => {
    const { parentRefs = [], fallbacks = [] } = part.value as AIRoute["spec"];
    if (fallbacks.length === 0) return HOLDS;
    const alone = unfitFallbacks(choiceOfRoute(part.value, NO_MODELS), NO_MODELS);
    return [
      ...alone.map(({ index, name, detail }) => {
        const at = ["fallbacks", index];
        return { part, at, kind: "Invalid value", value: name, detail, read: [...TARGETS, at] } as const;
      }),
      ...parentRefs.flatMap((_, index) => badAtParent(part, index, objects)),
    ];
  });
  return found.length === 0 ? HOLDS : found;
}

const NO_MODELS: ReadonlyMap<string, FallbackModel> = new Map();
const TARGETS = [["targetModel"], ["targets"]];

function badAtParent(part: Part<"route">, parent: number, objects: NamespaceObjects): readonly Finding[] {
  const { parentRefs = [], fallbacks = [] } = part.value as AIRoute["spec"];
  const gateway = objects.get("AIGatewayConfig", parentRefs[parent]?.name ?? "");
  if (!gateway) return HOLDS;
  const models = storedModels(gateway, configsIn(objects));
  const where = `in AIGatewayConfig '${gateway.metadata.name}'`;
  const readParent = ["parentRefs", parent, "name"];
  const mismatches = unfitFallbacks(choiceOfRoute(part.value, models), models).filter(
    (unfit) => unfit.models.length > 0,
  );
  const nodes = fallbackNodes(models);
  const first = fallbacks
    .map((name) => nodes.get(name))
    .find((node) => node !== undefined && node.steps >= LONGEST_CHAIN);
  return [
    ...mismatches.map(({ index, name, detail }): Finding => {
      const at = ["fallbacks", index];
      const read = [...TARGETS, at, readParent];
      return { part, at, kind: "Invalid value", value: name, detail: `${detail}, ${where}`, read };
    }),
    ...(first ? [chainFinding(part, `${saysLong(longChain(first))}, ${where}`, [readParent])] : []),
  ];
}

function chainFinding(part: Part, detail: string, read: Finding["read"]): Finding {
  return { part, at: ["fallbacks"], kind: "Invalid value", detail, read: [["fallbacks"], ...read] };
}

/**
 * What a ModelConfig does to the gateways that have it. Each of them is judged by
 * itself when it is written, and by the controller; here the first are enough to
 * tell an edit that breaks them.
 */
export function badFallbacksOfShared(owner: Parts, objects: NamespaceObjects): readonly Finding[] {
  const found: Finding[] = [];
  let left = MOST_GATEWAYS;
  for (const { kind, name } of objects.usersOf("ModelConfig", owner.name)) {
    const gateway = kind === "AIGatewayConfig" ? objects.get(kind, name) : undefined;
    if (!gateway) continue;
    left -= 1;
    if (left < 0) break;
    const [part] = owner.models;
    if (!part) break;
    const configOf: ConfigOf = (ref) => (ref === owner.name ? part.value : configsIn(objects)(ref));
    const shared = new Set(
      gateway.spec.models.filter(({ modelRef }) => modelRef?.name === owner.name).map((model) => model.name),
    );
    const where = `in AIGatewayConfig '${name}'`;
    found.push(
      ...badInGateway(part, storedModels(gateway, configOf), shared).map((finding) => withPlace(finding, where)),
    );
  }
  return found.length === 0 ? HOLDS : found;
}

/** A namespace has a few gateways; a review must not take longer where it has thousands. */
const MOST_GATEWAYS = 32;

function withPlace(finding: Finding, where: string): Finding {
  return { ...finding, detail: `${finding.detail}, ${where}` };
}

function badInGateway(
  part: Part<"model">,
  models: ReadonlyMap<string, FallbackModel>,
  shared: ReadonlySet<string>,
): readonly Finding[] {
  return [...mismatches(part, models, shared), ...chains(part, models, shared)];
}

/** Of its own fallbacks, and of the models that fall back on it. */
function mismatches(
  part: Part<"model">,
  models: ReadonlyMap<string, FallbackModel>,
  shared: ReadonlySet<string>,
): readonly Finding[] {
  return Array.from(models.values()).flatMap((model) => {
    const choice = { fallbacks: model.fallbacks, targets: [model], only: model.name, noun: "model itself" } as const;
    return unfitFallbacks(choice, models).flatMap(({ index, name, detail }): Finding[] => {
      if (shared.has(model.name)) {
        const at = ["fallbacks", index];
        return [{ part, at, kind: "Invalid value", value: name, detail, read: [["type"], at] }];
      }
      if (!shared.has(name)) return [];
      const must = `must be '${model.type}', since '${model.name}' falls back on it`;
      return [
        { part, at: ["type"], kind: "Invalid value", value: models.get(name)?.type, detail: must, read: [["type"]] },
      ];
    });
  });
}

/** The first cycle and the first chain that is too long of those that it takes part in. */
function chains(
  part: Part<"model">,
  models: ReadonlyMap<string, FallbackModel>,
  shared: ReadonlySet<string>,
): readonly Finding[] {
  const isShared = ({ model }: FallbackNode) => shared.has(model.name);
  const long = Array.from(fallbackNodes(models).values()).filter(({ steps }) => steps > LONGEST_CHAIN);
  for (const group of tangles(long)) {
    const first = group.find(isShared);
    if (first) return [chainFinding(part, saysCycle(first, new Set(group)), [])];
  }
  for (const node of long) {
    const fallback = node.next.find(({ steps }) => steps >= LONGEST_CHAIN);
    if (!fallback || !(isShared(node) || Array.from(membersOfLongChains(node.next)).some(isShared))) continue;
    const names = [node.model.name, ...longChain(fallback)];
    return [chainFinding(part, `must be in chains of at most ${LONGEST_CHAIN} fallbacks, not ${quoted(names)}`, [])];
  }
  return [];
}
