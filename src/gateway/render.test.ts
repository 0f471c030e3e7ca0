import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { effectiveConfiguration } from "../../test/support/arbitrary-configurations.ts";
import { rendered } from "../../test/support/rendering-case.ts";
import { ADAPTERS } from "./adapters.ts";
import type { EffectiveConfiguration } from "./effective-configuration.ts";
import { boundByText, type Counts } from "./footprint.ts";

/** What a class may say that makes the configuration long. */
const parameters = { modules: ["http.handlers.rate_limit"] };

describe.each(ADAPTERS.filter(({ render }) => render !== undefined))(
  "what is written for $name",
  ({ name, footprint }) => {
    it("is never longer than it is counted to be", () => {
      fc.assert(
        fc.property(effectiveConfiguration, (configuration) => {
          const { files, secrets } = rendered(name, { configuration, parameters });
          const bound = boundByText(footprint, countsOf(configuration), JSON.stringify(configuration));
          expect(lengthOf(files)).toBeLessThanOrEqual(bound);
          expect(lengthOf(secrets)).toBeLessThanOrEqual(bound);
        }),
        { numRuns: 300 },
      );
    });

    it("does not depend on an order that means nothing", () => {
      fc.assert(
        fc.property(effectiveConfiguration, (configuration) => {
          expect(rendered(name, { configuration: shuffled(configuration), parameters })).toEqual(
            rendered(name, { configuration, parameters }),
          );
        }),
      );
    });

    it("holds in the ConfigMap none of what Secrets hold", () => {
      fc.assert(
        fc.property(effectiveConfiguration, (configuration) => {
          const { files, pushed } = rendered(name, { configuration, parameters });
          expect(JSON.stringify([files, pushed])).not.toContain("content of ");
        }),
      );
    });
  },
);

/** In bytes, with names of files, as a ConfigMap or Secret holds them. */
function lengthOf(files: Readonly<Record<string, string>>): number {
  return Object.entries(files).reduce(
    (sum, [file, text]) => sum + Buffer.byteLength(file) + Buffer.byteLength(text),
    0,
  );
}

function countsOf({ models, routes, policies }: EffectiveConfiguration): Counts {
  const links = [...models, ...routes].reduce((sum, { fallbacks = [] }) => sum + fallbacks.length, 0);
  const targets = routes.reduce((sum, route) => sum + route.targets.length, 0);
  const tries = routes.reduce((sum, { retry, targets }) => sum + (retry?.attempts ?? 0) * targets.length, 0);
  return { models: models.length, routes: routes.length, links: links + targets, tries, policies: policies.length };
}

/** Lists whose order means nothing the other way round, and all keys. */
function shuffled({
  models,
  routes,
  policies,
  limits,
  integrations,
  ...others
}: EffectiveConfiguration): EffectiveConfiguration {
  return withKeysReversed({
    ...others,
    models: models.toReversed().map((model) => ({ ...model, limits: model.limits.toReversed() })),
    routes: routes.map((route) => ({ ...route, limits: route.limits.toReversed() })),
    policies: policies.toReversed(),
    limits: limits.toReversed(),
    integrations: integrations.toReversed(),
  });
}

function withKeysReversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => withKeysReversed(item)) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withKeysReversed(inner) as unknown]);
  return Object.fromEntries(entries.reverse()) as T;
}
