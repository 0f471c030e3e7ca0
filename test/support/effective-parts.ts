import type { EffectiveModel, EffectiveRoute } from "#gateway/effective-configuration.ts";

/** A model of an effective configuration. */
export function effectiveModel(name: string, more: Partial<EffectiveModel> = {}): EffectiveModel {
  return { name, limits: [], ...more };
}

/** A route to one model. */
export function effectiveRoute(path: string, target: string, more: Partial<EffectiveRoute> = {}): EffectiveRoute {
  const targets = [{ model: target, weight: 1 }];
  return { origin: "spec.routes", path, pathType: "Prefix", targets, policies: [], limits: [], ...more };
}
