import type { EffectiveModel } from "../effective-configuration.ts";
import { type Upstream, upstreamOf } from "../upstream.ts";

/** What LiteLLM calls a provider, and how it wants that one's endpoint. */
interface KnownProvider {
  readonly prefix: string;
  /** The end of the endpoint that LiteLLM adds itself. */
  readonly added?: string;
}

/** Providers whose own endpoints LiteLLM knows; all others are spoken to as OpenAI is, at the model's endpoint. */
const KNOWN: Readonly<Record<string, KnownProvider>> = {
  anthropic: { prefix: "anthropic", added: "/v1" },
  aws: { prefix: "bedrock" },
  azure: { prefix: "azure" },
  cohere: { prefix: "cohere_chat" },
  deepseek: { prefix: "deepseek" },
  fireworks: { prefix: "fireworks_ai" },
  groq: { prefix: "groq" },
  mistral: { prefix: "mistral" },
  openai: { prefix: "openai" },
  openrouter: { prefix: "openrouter" },
  perplexity: { prefix: "perplexity" },
  together: { prefix: "together_ai" },
  "x-ai": { prefix: "xai" },
};

/** Names of providers that need no endpoint. */
export const KNOWN_PROVIDERS: readonly string[] = Object.keys(KNOWN);

/** Fields of `litellm_params` that say where a model is. */
export interface Place {
  readonly model: string;
  readonly api_base?: string;
  readonly api_version?: string;
  readonly aws_region_name?: string;
}

/**
 * Undefined where there is neither an endpoint nor a provider that LiteLLM knows, or
 * the endpoint is none: at another one than the model's own, its credential would go
 * to somebody else.
 */
export function placeOf({ name, model = name, provider = "", endpoint, region }: EffectiveModel): Place | undefined {
  const known = Object.hasOwn(KNOWN, provider) ? KNOWN[provider] : undefined;
  const upstream = upstreamOf(endpoint);
  if (endpoint === undefined ? !known : !upstream) return undefined;
  const prefix = known?.prefix ?? "openai";
  return {
    model: `${prefix}/${model}`,
    ...(upstream ? { api_base: baseOf(upstream, known?.added), ...versionOf(prefix, upstream) } : {}),
    ...(region !== undefined && prefix === "bedrock" ? { aws_region_name: plain(region) } : {}),
  };
}

/** Azure's version of the API is a parameter of its endpoints. */
function versionOf(prefix: string, { query }: Upstream): Pick<Place, "api_version"> {
  const [, version] = query.find(([parameter]) => parameter === "api-version") ?? [];
  return version !== undefined && prefix === "azure" ? { api_version: plain(version) } : {};
}

/** Without what LiteLLM adds: the path of the call, and for some providers the version before it. */
function baseOf({ isTls, host, port, path, call }: Upstream, added: string | undefined): string {
  const base = call === undefined ? path : path.slice(0, -call.replace(/^\/v\d+/, "").length);
  const own = added !== undefined && base.endsWith(added) ? base.slice(0, -added.length) : base;
  const name = host.includes(":") ? `[${host}]` : host;
  const isUsual = port === (isTls ? 443 : 80);
  return `${isTls ? "https" : "http"}://${name}${isUsual ? "" : `:${port}`}${own}`;
}

/**
 * A text that LiteLLM takes for what it is. There is no escape: one that it would
 * replace is refused before, and should a policy have let it pass, it is spoiled.
 */
export function plain(text: string): string {
  return text.startsWith(REFERENCE) ? `_${text}` : text;
}

/** With which every text of the file begins that LiteLLM replaces. */
export const REFERENCE = "os.environ/";
