import type { Route } from "#api/kinds/route.ts";
import type { FallbackModel } from "./fallback-models.ts";

/** Fallbacks, and what they stand in for; undefined for a name that nothing declares here. */
export interface Choice<M extends FallbackModel = FallbackModel> {
  readonly fallbacks: readonly string[];
  readonly targets: readonly (M | undefined)[];
  /** The model that no fallback may be. */
  readonly only: string | undefined;
  /** What that is. */
  readonly noun: "model itself" | "target of the route";
}

/** A fallback that cannot stand in. */
export interface Unfit<M extends FallbackModel = FallbackModel> {
  readonly index: number;
  readonly name: string;
  readonly detail: string;
  /** The models whose types do not agree; none where it is the model itself. */
  readonly models: readonly M[];
}

/** Of several targets one may stand in for the others. */
export function unfitFallbacks<M extends FallbackModel>(
  choice: Choice<M>,
  models: ReadonlyMap<string, M>,
): readonly Unfit<M>[] {
  const { fallbacks, targets, only, noun } = choice;
  return fallbacks.flatMap((name, index): Unfit<M>[] => {
    if (name === only) return [{ index, name, detail: `must not be the ${noun}`, models: [] }];
    const fallback = models.get(name);
    return fallback && differsInType(fallback, targets) ? [{ index, name, ...typeMismatch(fallback, targets) }] : [];
  });
}

function targetNames({ targets, targetModel }: Route): readonly string[] {
  if (targets && targets.length > 0) return targets.map(({ model }) => model);
  return targetModel === undefined ? [] : [targetModel];
}

/** What a route's fallbacks stand in for. */
export function choiceOfRoute<M extends FallbackModel>(route: Route, models: ReadonlyMap<string, M>): Choice<M> {
  const names = targetNames(route);
  return {
    fallbacks: route.fallbacks ?? [],
    targets: names.map((name) => models.get(name)),
    only: names.length === 1 ? names[0] : undefined,
    noun: "target of the route",
  };
}

/** A model whose type is not known is taken to fit. */
function differsInType({ type }: FallbackModel, targets: Choice["targets"]): boolean {
  if (type === undefined || targets.length === 0) return false;
  return targets.every((target) => target?.type !== undefined && target.type !== type);
}

function typeMismatch<M extends FallbackModel>(fallback: M, targets: readonly (M | undefined)[]) {
  const types = Array.from(new Set(targets.map((target) => `'${target?.type}'`))).join(" or ");
  const detail = `must be a model of type ${types}, not '${fallback.type}'`;
  return { detail, models: [...targets, fallback].filter((model) => model !== undefined) };
}
