import { millisecondsOf } from "#api/duration.ts";
import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import type { EffectiveModel, EffectiveRoute } from "../effective-configuration.ts";
import { modelsLetIn } from "./access.ts";
import { type Chain, chainOf } from "./chains.ts";
import { SILENCE_HEADER } from "./connection-manager.ts";
import { canMatch, MODEL_HEADER, matcherOf } from "./matcher.ts";
import { RATE_LIMIT_FILTER, rateLimit, requestLimits } from "./rate-limit.ts";
import { demandOf, tokenChecksOf } from "./tokens.ts";
import { duration, typed } from "./typed.ts";

export interface RouteScene {
  /** Tells its limits apart from those of others. */
  readonly index: number;
  readonly models: ReadonlyMap<string, EffectiveModel>;
  readonly policies: readonly AttachedPolicy[];
}

/** A route, and before it what refuses those of its requests that a policy does not let in. */
export function routesOf(route: EffectiveRoute, scene: RouteScene): readonly object[] {
  if (!canMatch(route)) return [];
  const letIn = modelsLetIn(policiesOf(route, scene.policies));
  const match = matcherOf(route);
  const ways = chainsOf(route, scene.models);
  if (ways.length === 0) return [{ match, direct_response: { status: 503 } }];
  if (letIn === "nobody") return [{ match, ...FORBIDDEN }];
  return [
    ...letIn.map((regex) => ({ match: withoutModels(match, regex), ...FORBIDDEN })),
    {
      match,
      route: actionOf(route, ways),
      ...settingsOf(route, scene),
    },
  ];
}

function policiesOf(route: EffectiveRoute, policies: readonly AttachedPolicy[]): readonly AttachedPolicy[] {
  const names = new Set(route.policies);
  return policies.filter(({ name }) => names.has(name));
}

/** Policies of a route that demand a token, by name. */
export function demandedOf(route: EffectiveRoute, policies: readonly AttachedPolicy[]): readonly string[] {
  return tokenChecksOf(policiesOf(route, policies)).map(({ policy }) => policy);
}

const FORBIDDEN = { direct_response: { status: 403, body: { inline_string: "this model may not be used here" } } };

/** The same requests, of those only such as ask for other models. */
function withoutModels(match: object & { readonly headers?: readonly object[] }, regex: string): object {
  const other = { name: MODEL_HEADER, string_match: { safe_regex: { regex } }, invert_match: true, ...MISSING_TOO };
  return { ...match, headers: [...(match.headers ?? []), other] };
}

/** Who hides what is asked for is not let in. */
const MISSING_TOO = { treat_missing_header_as_empty: true };

/** The chains that the targets of a route lead to, with their weights. */
export function chainsOf(
  route: EffectiveRoute,
  models: ReadonlyMap<string, EffectiveModel>,
): readonly { readonly chain: Chain; readonly weight: number }[] {
  return route.targets
    .filter(({ weight }) => weight > 0)
    .map(({ model, weight }) => ({ chain: chainOf(model, route, models), weight }));
}

function actionOf(route: EffectiveRoute, ways: ReturnType<typeof chainsOf>): object {
  const [only] = ways;
  const cluster =
    ways.length === 1 && only
      ? { cluster: only.chain.name }
      : { weighted_clusters: { clusters: ways.map(({ chain, weight }) => ({ name: chain.name, weight })) } };
  const longest = Math.max(...ways.map(({ chain }) => chain.models.length));
  const milliseconds = route.timeout === undefined ? 0 : (millisecondsOf(route.timeout) ?? 0);
  return { ...cluster, timeout: duration(milliseconds), ...retries(route, longest) };
}

/**
 * Each model of the chain has as many tries as the route says, and after its last one
 * comes the next model. What counts as a failure is one list for both: no answer at
 * all, what the route names, and where there are fallbacks 429 and 5xx.
 */
function retries({ retry, fallbacks }: EffectiveRoute, longestChain: number): object {
  const tries = 1 + (retry?.attempts ?? 0);
  if (tries * longestChain === 1) return {};
  const isFollowed = longestChain > 1 || (fallbacks ?? []).length > 0;
  const named = retry?.onStatus ?? [];
  const codes = new Set(isFollowed ? [...named, 429, ...SERVER_ERRORS] : named);
  return {
    retry_policy: {
      retry_on: codes.size > 0 ? "retriable-status-codes,retriable-headers" : "retriable-headers",
      retriable_headers: [{ name: SILENCE_HEADER, present_match: true }],
      ...(codes.size > 0 ? { retriable_status_codes: [...codes].sort((one, other) => one - other) } : {}),
      num_retries: tries * longestChain - 1,
      ...(retry?.respectRetryAfter === true
        ? { rate_limited_retry_back_off: { reset_headers: [{ name: "retry-after", format: "SECONDS" }] } }
        : {}),
      ...(longestChain > 1
        ? {
            retry_priority: {
              name: "envoy.retry_priorities.previous_priorities",
              typed_config: typed("extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig", {
                update_frequency: tries,
              }),
            },
          }
        : {}),
    },
  };
}

const SERVER_ERRORS = [500, 502, 503, 504, 529];

/** What filters do for the requests of this route. */
function settingsOf(route: EffectiveRoute, { index, policies }: RouteScene): object {
  const { limits, origin } = route;
  const filters = requestLimits(limits).map(
    (limit, place) => [routeLimitFilter(place), rateLimit(`route ${index} ${place}`, limit)] as const,
  );
  const settings = { ...demandOf(demandedOf(route, policies)), ...Object.fromEntries(filters) };
  if (Object.keys(settings).length === 0) return {};
  return { typed_per_filter_config: settings, metadata: { filter_metadata: { gatehouse: { origin } } } };
}

/** Routes with several limits need as many filters. */
export function routeLimitFilter(place: number): string {
  return `${RATE_LIMIT_FILTER} route ${place}`;
}
