import { canonicalJson } from "./canonical-json.ts";
import type { EffectiveConfiguration } from "./effective-configuration.ts";

/** The same configuration, in an order that depends on the parts alone; that of routes and of fallbacks means something. */
export function ordered(configuration: EffectiveConfiguration): EffectiveConfiguration {
  const { models, routes, policies, limits, integrations } = configuration;
  return {
    ...configuration,
    models: byName(models).map((model) => ({ ...model, limits: byContent(model.limits) })),
    routes: routes.map((route) => ({ ...route, limits: byContent(route.limits) })),
    policies: byName(policies),
    limits: byContent(limits),
    integrations: byName(integrations),
  };
}

function byName<T extends { readonly name: string }>(parts: readonly T[]): readonly T[] {
  return parts.toSorted(({ name: one }, { name: other }) => compare(one, other));
}

function byContent<T>(parts: readonly T[]): readonly T[] {
  if (parts.length < 2) return parts;
  const keyed = parts.map((part) => ({ part, key: canonicalJson(part, 0) }));
  return keyed.sort(({ key: one }, { key: other }) => compare(one, other)).map(({ part }) => part);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
