import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import { shortName } from "../short-name.ts";
import { type Upstream, upstreamOf } from "../upstream.ts";
import type { HttpFilter } from "./connection-manager.ts";
import { typed } from "./typed.ts";

/** How one policy knows clients by their tokens. */
export interface TokenCheck {
  readonly policy: string;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  readonly keysUrl: string;
  readonly keys: Upstream;
}

/**
 * What a policy demands of tokens: nothing, a check, or what nobody can show, where
 * it does not say where the keys are that tokens are checked with.
 */
export function tokenCheckOf({ name, type, config = {} }: AttachedPolicy): TokenCheck | "nobody" | undefined {
  const { jwt } = config;
  if (type !== "accessControl" || jwt === undefined) return undefined;
  const { issuer, audience, jwksURI } = (jwt ?? {}) as Readonly<Record<string, unknown>>;
  const keysUrl = textOr(jwksURI);
  const keys = upstreamOf(keysUrl);
  if (keysUrl === undefined || keys === undefined) return "nobody";
  return { policy: name, issuer: textOr(issuer), audience: textOr(audience), keysUrl, keys };
}

function textOr(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function tokenChecksOf(policies: readonly AttachedPolicy[]): readonly TokenCheck[] {
  return policies.map(tokenCheckOf).filter((check) => check !== undefined && check !== "nobody");
}

/** Where the keys of a policy are fetched. */
export function keysCluster(policy: string): string {
  return `keys ${shortName(policy)}`;
}

/** Checks tokens of the requests of routes that demand it; no provider is shown them. */
export function tokenFilter(checks: readonly TokenCheck[], demands: readonly (readonly string[])[]): HttpFilter {
  const providers = checks.map(
    ({ policy, issuer, audience, keysUrl }): Named => [
      shortName(policy),
      {
        ...(issuer === undefined ? {} : { issuer }),
        ...(audience === undefined ? {} : { audiences: [audience] }),
        forward: false,
        // In the background: a host that does not answer must not keep Envoy from taking what is edited.
        remote_jwks: {
          http_uri: { uri: keysUrl, cluster: keysCluster(policy), timeout: "5s" },
          cache_duration: "600s",
          async_fetch: { fast_listener: true },
        },
      },
    ],
  );
  const requirements = demands.map((policies): Named => {
    const [only = {}, ...others] = policies.map((policy) => ({ provider_name: shortName(policy) }));
    const all = { requires_all: { requirements: [only, ...others] } };
    return [demandName(policies), others.length === 0 ? only : all];
  });
  return {
    name: TOKEN_FILTER,
    typed_config: typed("extensions.filters.http.jwt_authn.v3.JwtAuthentication", {
      providers: Object.fromEntries(providers),
      requirement_map: Object.fromEntries(requirements),
    }),
  };
}

type Named = readonly [name: string, message: object];

/** The setting of a route whose requests need a token for each of these policies. */
export function demandOf(policies: readonly string[]): Readonly<Record<string, object>> {
  const demand = { requirement_name: demandName(policies) };
  return policies.length === 0
    ? {}
    : { [TOKEN_FILTER]: typed("extensions.filters.http.jwt_authn.v3.PerRouteConfig", demand) };
}

const TOKEN_FILTER = "envoy.filters.http.jwt_authn";

function demandName(policies: readonly string[]): string {
  return shortName(policies.join(" and "));
}
