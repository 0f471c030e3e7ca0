import type { EffectiveModel, EffectiveRoute } from "../effective-configuration.ts";
import { shortName } from "../short-name.ts";

/** Models that are tried one after the other, each when the one before failed. */
export interface Chain {
  /** Of the cluster that stands for it. */
  readonly name: string;
  readonly models: readonly string[];
}

/** A target, then its own fallbacks with theirs, then those of the route. A model is tried once. */
export function chainOf(
  target: string,
  { fallbacks = [] }: Pick<EffectiveRoute, "fallbacks">,
  models: ReadonlyMap<string, EffectiveModel>,
): Chain {
  const found = new Set([target]);
  const follow = (name: string, left: number) => {
    if (left === 0) return;
    for (const next of models.get(name)?.fallbacks ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      follow(next, left - 1);
    }
  };
  follow(target, LONGEST_CHAIN);
  for (const fallback of fallbacks) {
    found.add(fallback);
    follow(fallback, LONGEST_CHAIN - 1);
  }
  const names = [...found];
  return { name: shortName(names.join(" then ")), models: names };
}

/** As the rule fallback-graph has it. */
const LONGEST_CHAIN = 3;
