import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import type { EffectiveRoute } from "../effective-configuration.ts";
import { type Handlers, KEPT_BODY, type Link, refusal, withFallbacks } from "./handlers.ts";
import { fallbackLinks, followers, type Models, modelLink } from "./links.ts";
import { matcherOf } from "./matcher.ts";
import { letsIn } from "./model.ts";
import { literal } from "./placeholders.ts";
import { rateLimits } from "./rate-limit.ts";

export interface RouteScene {
  readonly models: Models;
  readonly policies: readonly AttachedPolicy[];
  readonly countsRates: boolean;
}

/** One route of the server. */
export function routeOf(route: EffectiveRoute, scene: RouteScene): object {
  const policies = policiesOf(route, scene.policies);
  const isTraced = policies.some(({ type, config }) => type === "observability" && config?.["tracing"] === true);
  const handle = policies.every(isOpen) ? handlersOf(route, scene) : [refusal(403)];
  return {
    match: [matcherOf(route)],
    handle: [...(isTraced ? [{ handler: "tracing", span: literal(route.origin) }] : []), ...handle],
    terminal: true,
  };
}

/** Those that apply to a route. */
export function policiesOf(route: EffectiveRoute, policies: readonly AttachedPolicy[]): readonly AttachedPolicy[] {
  const names = new Set(route.policies);
  return policies.filter(({ name }) => names.has(name));
}

function isOpen({ type, config = {} }: AttachedPolicy): boolean {
  return type !== "accessControl" || letsIn(config["mode"], config);
}

function handlersOf(route: EffectiveRoute, { models, countsRates }: RouteScene): Handlers {
  const targets = route.targets.filter(({ weight }) => weight > 0);
  const ways = targets.map(({ model }) => wayTo(model, route, models));
  const isRepeated = ways.some(({ first, fallbacks }) => first.length + fallbacks.length > 1);
  return [
    ...(countsRates ? rateLimits(`route ${route.origin}`, route.limits) : []),
    ...(isRepeated ? [KEPT_BODY] : []),
    ...shared(
      targets.map(({ weight }) => weight),
      ways.map(({ first, fallbacks }) => withFallbacks(first, fallbacks)),
    ),
  ];
}

interface Way {
  readonly first: readonly Link[];
  readonly fallbacks: readonly Link[];
}

/** The target, as often as there are attempts; then its own fallbacks, then those of the route. */
function wayTo(target: string, { retry, fallbacks = [] }: EffectiveRoute, models: Models): Way {
  const again = Array.from({ length: retry?.attempts ?? 0 }, () => modelLink(target, "silence"));
  const first = [modelLink(target), ...again];
  return { first, fallbacks: [...fallbackLinks(target, models), ...followers(fallbacks, models)] };
}

/** Shares requests by weight: by their random ids, of which each share has a range. */
function shared(weights: readonly number[], ways: readonly Handlers[]): Handlers {
  const [only = []] = ways;
  if (ways.length <= 1) return only;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const routes = ways.map((handle, index) => {
    const upTo = weights.slice(0, index + 1).reduce((sum, weight) => sum + weight, 0) / total;
    if (index === ways.length - 1) return { handle };
    return { match: [{ expression: `{http.request.uuid} < "${firstDigits(upTo)}"` }], handle, terminal: true };
  });
  return [{ handler: "subroute", routes }];
}

/** The first eight hexadecimal digits of a random id (RFC 9562, version 4), below which such a share of all ids is. */
function firstDigits(share: number): string {
  return Math.min(Math.round(share * 0x1_0000_0000), 0xffff_ffff)
    .toString(16)
    .padStart(8, "0");
}
