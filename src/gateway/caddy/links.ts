import type { EffectiveModel } from "../effective-configuration.ts";
import { shortName } from "../short-name.ts";
import { type Handlers, type Link, sequence } from "./handlers.ts";

export type Models = ReadonlyMap<string, EffectiveModel>;

/** The model itself, without its fallbacks. */
export function modelLink(name: string, after?: Link["after"]): Link {
  return { to: `model ${shortName(name)}`, ...(after ? { after } : {}) };
}

/**
 * A model's fallbacks, if it has any. Not when they lead on further than the rule
 * fallback-graph lets them, `steps` from here: they might lead back, and for ever.
 */
export function fallbackLinks(name: string, models: Models, steps = LONGEST_CHAIN): readonly Link[] {
  const length = chainLength(name, models);
  return length > 0 && length <= steps ? [{ to: `fallbacks ${shortName(name)}`, after: "failure" }] : [];
}

/** What stands behind `fallbackLinks`, for every model that has fallbacks, under the name of the route. */
export function fallbackRoutes(models: Models): readonly (readonly [string, Handlers])[] {
  return Array.from(models.values()).flatMap(({ name, fallbacks = [] }) =>
    fallbacks.length === 0 ? [] : [[`fallbacks ${shortName(name)}`, sequence(followers(fallbacks, models))] as const],
  );
}

/** Each of these models, with its own fallbacks behind it. */
export function followers(names: readonly string[], models: Models): readonly Link[] {
  return names.flatMap((name) => [modelLink(name, "failure"), ...fallbackLinks(name, models, LONGEST_CHAIN - 1)]);
}

const LONGEST_CHAIN = 3;

/** Steps of the longest way along fallbacks; what is longer than any may be counts as one longer. */
function chainLength(name: string, models: Models, left = LONGEST_CHAIN + 1): number {
  const fallbacks = left === 0 ? [] : (models.get(name)?.fallbacks ?? []);
  return fallbacks.reduce((longest, next) => Math.max(longest, 1 + chainLength(next, models, left - 1)), 0);
}
