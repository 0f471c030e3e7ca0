import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import { canonicalJson } from "../canonical-json.ts";
import { type CircuitBreaker, circuitBreakerOf } from "../circuit-breaker.ts";
import type { EffectiveConfiguration, EffectiveModel } from "../effective-configuration.ts";
import { ordered } from "../ordered.ts";
import { modulesOf, textOf } from "../parameters.ts";
import type { Render, RenderContext } from "../rendering.ts";
import { secretFiles } from "../secret-files.ts";
import { ERROR_ANSWERS, refusal } from "./handlers.ts";
import { fallbackRoutes, type Models, modelLink } from "./links.ts";
import { handlersOfModel, type ModelScene } from "./model.ts";
import { RATE_LIMIT_MODULE, rateLimits } from "./rate-limit.ts";
import { policiesOf, routeOf } from "./route.ts";

/** Caddy's JSON, pushed and as the file `caddy.json`, with the Secret mounted at `secretsDirectory` of the class. */
export const renderCaddy: Render = (unordered, context) => {
  const configuration = ordered(unordered);
  const secrets = secretFiles();
  const scene = {
    secret: context.secret,
    secrets,
    secretsDirectory: textOf(context.parameters, "secretsDirectory", SECRETS_DIRECTORY),
    countsRates: modulesOf(context.parameters).includes(RATE_LIMIT_MODULE),
  };
  const text = `${canonicalJson(configOf(configuration, context, scene), DEPTH)}\n`;
  const file = { "caddy.json": text };
  return context.isConfidential
    ? { files: {}, secrets: { ...secrets.files, ...file }, pushed: text }
    : { files: file, secrets: secrets.files, pushed: text };
};

export const SECRETS_DIRECTORY = "/etc/gatehouse/secrets";

/** A line for each route: `apps`, `http`, `servers`, `gateway`, `routes` and those in it. */
const DEPTH = 6;

type Scene = Omit<ModelScene, "breaker" | "isFollowed">;

function configOf(configuration: EffectiveConfiguration, { hash, parameters }: RenderContext, scene: Scene): object {
  const gateway = {
    "@id": hash,
    listen: [textOf(parameters, "listen", ":8080")],
    automatic_https: { disable: true },
    named_routes: namedRoutes(configuration, scene),
    routes: routes(configuration, scene),
    errors: { routes: ERROR_ANSWERS },
  };
  return {
    // Nothing is kept on disk: after a restart the mounted file is read, or the configuration is pushed again.
    admin: { listen: textOf(parameters, "adminListen", ":2019"), config: { persist: false } },
    apps: { http: { ...(keepsMetrics(configuration) ? { metrics: {} } : {}), servers: { gateway } } },
  };
}

function keepsMetrics({ policies, integrations }: EffectiveConfiguration): boolean {
  return (
    policies.some(({ type, config }) => type === "observability" && config?.["metrics"] === true) ||
    integrations.some(({ provider }) => provider === "prometheus")
  );
}

/** What is written once, for however many routes lead there. */
function namedRoutes(configuration: EffectiveConfiguration, scene: Scene): Readonly<Record<string, object>> {
  const { models } = configuration;
  const breakers = breakersByModel(configuration);
  const followed = followedModels(configuration);
  const named = [
    ...models.map((model) => {
      const { name } = model;
      const own = { ...scene, breaker: breakers.get(name), isFollowed: followed.has(name) };
      return [modelLink(name).to, handlersOfModel(model, own)] as const;
    }),
    ...fallbackRoutes(byName(models)),
  ];
  return Object.fromEntries(named.map(([name, handle]) => [name, { handle }]));
}

function byName(models: readonly EffectiveModel[]): Models {
  return new Map(models.map((model) => [model.name, model]));
}

/** Of each model, the circuit breaker that routes to it have, or lead to it as a fallback with. */
function breakersByModel({ models, routes, policies }: EffectiveConfiguration): ReadonlyMap<string, CircuitBreaker> {
  const all = byName(models);
  const found = new Map<string, Set<AttachedPolicy>>();
  for (const route of routes) {
    const applied = policiesOf(route, policies).filter(({ type }) => type === "circuitBreaker");
    if (applied.length === 0) continue;
    for (const name of reached([...route.targets.map(({ model }) => model), ...(route.fallbacks ?? [])], all)) {
      const known = found.get(name) ?? new Set();
      for (const policy of applied) known.add(policy);
      found.set(name, known);
    }
  }
  return new Map(
    Array.from(found).flatMap(([name, applied]) => {
      const breaker = circuitBreakerOf([...applied]);
      return breaker ? [[name, breaker] as const] : [];
    }),
  );
}

function reached(names: readonly string[], models: Models): ReadonlySet<string> {
  const seen = new Set(names);
  for (const name of seen) for (const next of models.get(name)?.fallbacks ?? []) seen.add(next);
  return seen;
}

/** Models after which another may be tried, so that their failures have to be errors. */
function followedModels({ models, routes }: EffectiveConfiguration): ReadonlySet<string> {
  const withOthers = [...models, ...routes].filter(({ fallbacks = [] }) => fallbacks.length > 0);
  return new Set(
    withOthers.flatMap((part) => [
      ...("targets" in part ? part.targets.map(({ model }) => model) : [part.name]),
      ...(part.fallbacks ?? []),
    ]),
  );
}

function routes({ models, routes, limits, policies }: EffectiveConfiguration, scene: Scene): readonly object[] {
  const { countsRates } = scene;
  const ofGateway = countsRates ? rateLimits("gateway", limits) : [];
  const ofRoutes = { models: byName(models), policies, countsRates };
  return [
    ...(ofGateway.length > 0 ? [{ handle: ofGateway }] : []),
    ...routes.map((route) => routeOf(route, ofRoutes)),
    { handle: [refusal(404)] }, // Caddy's own answer is an empty 200
  ];
}
