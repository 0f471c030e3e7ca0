import { millisecondsOf } from "#api/duration.ts";
import { AUTHORIZATION, sentCredential } from "../credential.ts";
import type { EffectiveModel } from "../effective-configuration.ts";
import type { RenderContext } from "../rendering.ts";
import { type Upstream, upstreamOf } from "../upstream.ts";
import { letsIn } from "./access.ts";
import {
  connectionManager,
  ERROR_BODY,
  type HttpFilter,
  MOST_BODY_BYTES,
  SILENCE_HEADER,
} from "./connection-manager.ts";
import { isHeaderName, MODEL_HEADER } from "./matcher.ts";
import { modelListener, tokenCluster, upstreamCluster } from "./names.ts";
import { limitsOfModel, RATE_LIMIT_FILTER, rateLimit } from "./rate-limit.ts";
import type { SecretResources } from "./secrets.ts";
import { duration, literal, quoted, typed } from "./typed.ts";

export interface ModelScene {
  readonly secret: RenderContext["secret"];
  readonly secrets: SecretResources;
}

/**
 * What is done to requests for a model, and to no others: a listener of its own
 * within the same Envoy, so that whatever is tried after it gets neither its
 * credential nor its name.
 */
export function modelListenerOf(model: EffectiveModel, scene: ModelScene): object {
  const name = modelListener(model.name);
  return {
    name,
    internal_listener: {},
    per_connection_buffer_limit_bytes: MOST_BODY_BYTES,
    filter_chains: [
      connectionManager(filtersOf(model, scene), {
        stat_prefix: name,
        local_reply_config: { mappers: [SILENCE], body_format: ERROR_BODY },
        route_config: {
          name,
          // A refused listener is not read again, and its cluster may come a moment later.
          validate_clusters: false,
          virtual_hosts: [{ name, domains: ["*"], routes: [{ match: { prefix: "/" }, ...actionFor(model) }] }],
          request_headers_to_remove: HEADERS_OF_OURS,
        },
      }),
    ],
  };
}

/** What this Envoy has added; who asked is nothing that a provider need know. */
const HEADERS_OF_OURS = [
  MODEL_HEADER,
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-request-id",
  "x-envoy-external-address",
  "x-envoy-internal",
];

/** By the flags of an answer that Envoy gives for want of one: no connection, none in time, nobody healthy. */
const SILENCE = {
  filter: { response_flag_filter: { flags: ["UF", "UC", "UR", "UT", "UH", "UPE", "LR", "DF", "SI", "NC"] } },
  headers_to_add: [{ header: { key: SILENCE_HEADER, value: "1" } }],
};

function filtersOf(model: EffectiveModel, scene: ModelScene): readonly HttpFilter[] {
  const { name, model: id = name } = model;
  return [
    ...limitsOfModel(model).map((limit, index) => ({
      name: `${RATE_LIMIT_FILTER} ${index}`,
      typed_config: rateLimit(`${modelListener(name)} ${index}`, limit),
    })),
    naming(id),
    ...queryFilter(upstreamOf(model.endpoint)),
    ...credentialFilter(model, scene),
  ];
}

/** Whatever name a client gives, the provider is asked for this model, or else it could be had under another's limits. */
function naming(id: string): HttpFilter {
  const body = { body_format: { json_format: { model: literal(id) } }, action: "MERGE" };
  return {
    name: "envoy.filters.http.transform",
    typed_config: typed("extensions.filters.http.transform.v3.TransformConfig", {
      request_transformation: { body_transformation: body },
    }),
  };
}

function queryFilter(upstream: Upstream | undefined): readonly HttpFilter[] {
  if (!upstream || upstream.query.length === 0) return [];
  const mutations = upstream.query.map(([key, value]) => ({
    append: { record: { key, value: literal(value) }, action: "OVERWRITE_IF_EXISTS_OR_ADD" },
  }));
  return [
    {
      name: "envoy.filters.http.header_mutation",
      typed_config: typed("extensions.filters.http.header_mutation.v3.HeaderMutation", {
        mutations: { query_parameter_mutations: mutations },
      }),
    },
  ];
}

/** Where this is not so, nothing is asked of the model, rather than without a credential. */
function canAuthenticate(auth: EffectiveModel["auth"]): boolean {
  if (auth?.oauth2) return upstreamOf(auth.oauth2.tokenUrl) !== undefined;
  return isHeaderName(auth?.header ?? AUTHORIZATION);
}

function credentialFilter({ name, auth }: EffectiveModel, { secret, secrets }: ModelScene): readonly HttpFilter[] {
  if (!canAuthenticate(auth)) return [];
  if (auth?.oauth2) return oauthFilter(name, auth.oauth2, secrets);
  const sent = sentCredential(auth, secret);
  if (!sent) return [];
  const { header, scheme, source } = sent;
  const prefix = scheme === undefined ? "" : `${scheme} `;
  return source.type === "variable"
    ? [headerFilter(header, `${literal(prefix)}%ENVIRONMENT(${source.variable})%`)]
    : [
        injection("generic.v3.Generic", {
          header,
          credential: secrets.credential(name, `${prefix}${source.content}`),
        }),
      ];
}

function oauthFilter(
  name: string,
  { tokenUrl, clientId, clientSecretRef, scopes = [] }: NonNullable<NonNullable<EffectiveModel["auth"]>["oauth2"]>,
  secrets: SecretResources,
): readonly HttpFilter[] {
  return [
    injection("oauth2.v3.OAuth2", {
      token_endpoint: { uri: tokenUrl, cluster: tokenCluster(name), timeout: "10s" },
      scopes,
      client_credentials: { client_id: clientId, client_secret: secrets.clientSecret(name, clientSecretRef) },
    }),
  ];
}

function injection(type: string, fields: object): HttpFilter {
  return {
    name: "envoy.filters.http.credential_injector",
    typed_config: typed("extensions.filters.http.credential_injector.v3.CredentialInjector", {
      overwrite: true,
      credential: {
        name: "envoy.http.injected_credentials",
        typed_config: typed(`extensions.http.injected_credentials.${type}`, fields),
      },
    }),
  };
}

function headerFilter(header: string, value: string): HttpFilter {
  const mutation = { append: { header: { key: header, value }, append_action: "OVERWRITE_IF_EXISTS_OR_ADD" } };
  return {
    name: "envoy.filters.http.header_mutation",
    typed_config: typed("extensions.filters.http.header_mutation.v3.HeaderMutation", {
      mutations: { request_mutations: [mutation] },
    }),
  };
}

function actionFor({ name, endpoint, auth, timeouts, accessControl }: EffectiveModel): object {
  const upstream = upstreamOf(endpoint);
  if (!upstream || !canAuthenticate(auth)) return { direct_response: { status: 503 } };
  if (!letsIn(accessControl?.mode, accessControl)) return { direct_response: { status: 403 } };
  const idle = milliseconds(timeouts?.streamIdle);
  return {
    route: {
      cluster: upstreamCluster(name),
      timeout: duration(milliseconds(timeouts?.request) ?? 0),
      ...(idle === undefined ? {} : { idle_timeout: duration(idle) }),
      host_rewrite_literal: hostOf(upstream),
      ...rewriteOf(upstream),
    },
  };
}

function milliseconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : millisecondsOf(text);
}

/** As clients of the endpoint would send it. */
function hostOf({ isTls, host, port }: Upstream): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return port === (isTls ? 443 : 80) ? name : `${name}:${port}`;
}

function rewriteOf({ path, call }: Upstream): object {
  if (path === "") return {};
  const isCall = call !== undefined;
  const regex = isCall ? "^.*$" : `^(?:${quoted(path)})?(/.*)?$`;
  const substitution = `${path.replaceAll("\\", "\\\\")}${isCall ? "" : "\\1"}`;
  return { regex_rewrite: { pattern: { regex }, substitution } };
}
