import type { Model } from "#api/kinds/model.ts";

/** The id by which the provider knows a model, which approvals are about. */
export function upstreamId(model: Model): string {
  return model.model ?? model.name;
}

/** The prefix that a pattern such as `gpt-4*` stands for, or undefined for an exact one. `*` is the empty prefix. */
export function prefixOf(pattern: string): string | undefined {
  return pattern.endsWith("*") ? pattern.slice(0, -1) : undefined;
}

/** Whether a pattern, exact or a prefix and `*`, matches a whole model id. Case counts. */
export function matchesModel(pattern: string, id: string): boolean {
  const prefix = prefixOf(pattern);
  return prefix === undefined ? pattern === id : id.startsWith(prefix);
}

/** The field that `upstreamId` reads. */
export function idFieldOf(model: Model): "model" | "name" {
  return model.model === undefined ? "name" : "model";
}
