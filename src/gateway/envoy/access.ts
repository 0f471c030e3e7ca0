import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import { modelPattern } from "./matcher.ts";
import { tokenCheckOf } from "./tokens.ts";

/** Lists name clients, whom Envoy does not know, so a list lets nobody in. */
export function letsIn(mode: unknown, { consumers, groups }: { consumers?: unknown; groups?: unknown } = {}): boolean {
  return mode === "allowAll" || (mode === undefined && consumers === undefined && groups === undefined);
}

/**
 * Expressions for models, each of which a request's model must match by an access
 * policy of these; `nobody` where one lets nobody in.
 */
export function modelsLetIn(policies: readonly AttachedPolicy[]): readonly string[] | "nobody" {
  const patterns: string[] = [];
  for (const policy of policies) {
    const { type, config = {} } = policy;
    if (type !== "accessControl") continue;
    if (tokenCheckOf(policy) === "nobody") return "nobody";
    const { mode, allowedModels } = config;
    const names = Array.isArray(allowedModels) ? allowedModels.filter((name) => typeof name === "string") : undefined;
    const isList = mode === "allowList" && names !== undefined && !("consumers" in config) && !("groups" in config);
    if (!isList && !letsIn(mode, config)) return "nobody";
    if (names) patterns.push(modelPattern(names));
  }
  return patterns;
}
