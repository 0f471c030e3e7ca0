import { millisecondsOf } from "#api/duration.ts";
import type { Limit } from "#api/kinds/rate-limit-policy.ts";
import { canonicalJson } from "../canonical-json.ts";
import { circuitBreakerOf } from "../circuit-breaker.ts";
import { AUTHORIZATION, type CredentialSource, sentCredential } from "../credential.ts";
import type { EffectiveConfiguration, EffectiveModel } from "../effective-configuration.ts";
import { ordered } from "../ordered.ts";
import type { Render, RenderContext } from "../rendering.ts";
import { type CredentialVariables, credentialVariables } from "./credential-variables.ts";
import { type Place, placeOf, plain, REFERENCE } from "./provider.ts";
import { yamlOf } from "./yaml.ts";

/** LiteLLM's `config.yaml`, with the credentials as variables of its environment, which the Secret is. */
export const renderLiteLlm: Render = (unordered, context) => {
  const configuration = ordered(unordered);
  const variables = credentialVariables();
  const models = configuration.models.flatMap((model) => {
    const place = placeOf(model);
    return place ? [deploymentOf(model, place, { configuration, context, variables })] : [];
  });
  const config = { model_list: models, router_settings: routerSettings(configuration) };
  const file = { "config.yaml": yamlOf(canonicalJson(config, DEPTH)) };
  return context.isConfidential
    ? { files: {}, secrets: { ...variables.values, ...file } }
    : { files: file, secrets: variables.values };
};

/** A line for each model and setting. */
const DEPTH = 2;

interface Scene {
  readonly configuration: EffectiveConfiguration;
  readonly context: RenderContext;
  readonly variables: CredentialVariables;
}

function deploymentOf(model: EffectiveModel, place: Place, scene: Scene): object {
  const { name, parameters = {}, timeouts } = model;
  const timeout = secondsOf(timeouts?.request);
  return {
    model_name: plain(name),
    litellm_params: {
      ...place,
      ...credentialOf(model, scene),
      timeout,
      stream_timeout: timeout,
      ...limitsOf(model, scene.configuration.limits),
      temperature: parameters.temperature,
      top_p: parameters.topP,
      max_tokens: parameters.maxTokens,
      stop: parameters.stop?.map(plain),
    },
    model_info: { config_hash: scene.context.hash },
  };
}

function secondsOf(duration: string | undefined): number | undefined {
  const milliseconds = duration === undefined ? undefined : millisecondsOf(duration);
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

/** Without a key of the file's, LiteLLM would take whichever its environment has for the provider. */
function credentialOf({ name, auth }: EffectiveModel, { context, variables }: Scene): object {
  const sent = sentCredential(auth, context.secret);
  if (!sent || isReplaced(sent.source)) return { api_key: NO_KEY };
  const { header, scheme, source } = sent;
  const isKey = auth?.header === undefined || header.toLowerCase() === AUTHORIZATION.toLowerCase();
  const value = (content: string) => (isKey || scheme === undefined ? content : `${scheme} ${content}`);
  const variable = source.type === "variable" ? source.variable : variables.put(name, value(source.content));
  const reference = `${REFERENCE}${variable}`;
  return isKey ? { api_key: reference } : { api_key: NO_KEY, extra_headers: { [plain(header)]: reference } };
}

/** LiteLLM looks into what a variable holds as into the file: a Secret that holds the name of a variable gets its content. */
function isReplaced(source: CredentialSource): boolean {
  return source.type === "content" && source.content.trim().startsWith(REFERENCE);
}

/** Which the endpoint gets, since clients of OpenAI send one in any case. */
const NO_KEY = "none";

/** Of requests and tokens in a minute, the least that the model, and those of the gateway, let through. */
function limitsOf({ rateLimits, limits }: EffectiveModel, ofGateway: readonly Limit[]): object {
  const counted = [...limits, ...ofGateway].filter(({ window, key = "Global" }) => window === "1m" && key === "Global");
  return {
    rpm: least([rateLimits?.requestsPerMinute, ...counted.map(({ requests }) => requests)]),
    tpm: least([rateLimits?.tokensPerMinute, ...counted.map(({ tokens }) => tokens?.total)]),
  };
}

function least(counts: readonly (number | undefined)[]): number | undefined {
  const given = counts.filter((count) => count !== undefined);
  return given.length === 0 ? undefined : Math.min(...given);
}

function routerSettings(configuration: EffectiveConfiguration): object {
  const { models, policies } = configuration;
  const breaker = circuitBreakerOf(policies);
  return {
    optional_pre_call_checks: ["enforce_model_rate_limits"], // without it, limits only guide the choice
    num_retries: 0,
    max_fallbacks: MAX_FALLBACKS,
    fallbacks: models.flatMap(({ name, fallbacks = [] }) =>
      fallbacks.length === 0 ? [] : [{ [plain(name)]: fallbacks.map(plain) }],
    ),
    model_group_alias: Object.fromEntries(aliasesOf(configuration)),
    ...(breaker
      ? { allowed_fails: breaker.failures - 1, cooldown_time: breaker.openMilliseconds / 1000 }
      : { disable_cooldowns: true }),
  };
}

/** As many as a list may have. */
const MAX_FALLBACKS = 16;

/** Other names of models, which routes give them; the first route that has a name decides. */
function aliasesOf({ models, routes }: EffectiveConfiguration): readonly (readonly [string, string])[] {
  const taken = new Set(models.map(({ name }) => name));
  return routes.flatMap(({ match, targets }) => {
    const target = targets.find(({ weight }) => weight > 0)?.model;
    if (target === undefined) return [];
    const names = new Set(match?.models).difference(taken);
    for (const name of names) taken.add(name);
    return Array.from(names, (name) => [plain(name), plain(target)] as const);
  });
}
