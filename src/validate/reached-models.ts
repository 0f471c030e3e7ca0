import { LONGEST_CHAIN } from "./fallback-nodes.ts";
import type { Part, Parts } from "./part.ts";

/** A model that may come to answer a request because others failed. */
export interface ReachedModel {
  readonly model: Part<"model">;
  /** Which fallback of the holder leads there. */
  readonly index: number;
  /** The models between, from the holder on. */
  readonly by: readonly Part<"model">[];
}

/**
 * The models that fallbacks lead to in as many steps as are allowed, each by the
 * shortest way: those of the holder, theirs, and so on.
 */
export function reachedModels(holder: Part<"model"> | Part<"route">, { modelsByName }: Parts): readonly ReachedModel[] {
  const reached: ReachedModel[] = [];
  const seen = new Set<string>(holder.kind === "model" ? [holder.value.name] : []);
  const visit = (name: string, index: number, by: readonly Part<"model">[]) => {
    const model = modelsByName.get(name);
    if (model === undefined || seen.has(name)) return;
    seen.add(name);
    reached.push({ model, index, by });
  };
  holder.value.fallbacks?.forEach((name, index) => visit(name, index, []));
  let from = 0;
  for (let steps = 1; steps < LONGEST_CHAIN; steps += 1) {
    const to = reached.length;
    for (const { model, index, by } of reached.slice(from, to)) {
      for (const name of model.value.fallbacks ?? []) visit(name, index, [...by, model]);
    }
    from = to;
  }
  return reached;
}
