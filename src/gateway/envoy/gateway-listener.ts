import type { EffectiveConfiguration, EffectiveModel } from "../effective-configuration.ts";
import {
  connectionManager,
  ERROR_BODY,
  type HttpFilter,
  MOST_BODY_BYTES,
  SILENCE_HEADER,
} from "./connection-manager.ts";
import { MODEL_HEADER } from "./matcher.ts";
import { noRateLimit, RATE_LIMIT_FILTER, rateLimit, requestLimits } from "./rate-limit.ts";
import { demandedOf, routeLimitFilter, routesOf } from "./routes.ts";
import { sourceOf } from "./secrets.ts";
import { socketAddress } from "./socket-address.ts";
import { tokenChecksOf, tokenFilter } from "./tokens.ts";
import { typed } from "./typed.ts";

/** Where clients come to. */
export function gatewayListener(
  configuration: EffectiveConfiguration,
  listen: string,
  configDirectory: string,
): object {
  return {
    name: GATEWAY,
    address: socketAddress(listen, 8080),
    per_connection_buffer_limit_bytes: MOST_BODY_BYTES,
    filter_chains: [
      connectionManager(filtersOf(configuration), {
        stat_prefix: GATEWAY,
        use_remote_address: true,
        normalize_path: true,
        strip_any_host_port: true,
        early_header_mutation_extensions: [WITHOUT_MODEL_HEADER],
        local_reply_config: { body_format: ERROR_BODY },
        rds: { route_config_name: GATEWAY, config_source: sourceOf(configDirectory, "rds.json") },
      }),
    ],
  };
}

const GATEWAY = "gateway";

/** What of it reaches which models. */
export function gatewayRoutes({ routes, policies }: EffectiveConfiguration, models: Models): object {
  return {
    name: GATEWAY,
    virtual_hosts: [
      {
        name: GATEWAY,
        domains: ["*"],
        routes: routes.flatMap((route, index) => routesOf(route, { index, models, policies })),
      },
    ],
    response_headers_to_remove: [SILENCE_HEADER],
  };
}

type Models = ReadonlyMap<string, EffectiveModel>;

function filtersOf(configuration: EffectiveConfiguration): readonly HttpFilter[] {
  const { routes, policies } = configuration;
  const checks = tokenChecksOf(policies);
  const demands = routes.map((route) => demandedOf(route, policies)).filter(({ length }) => length > 0);
  return [
    ...(readsModels(configuration) ? [MODEL_READER] : []),
    ...(checks.length > 0 ? [tokenFilter(checks, demands)] : []),
    ...limitFilters(configuration),
  ];
}

/** Whether a route or a policy asks which model a body names. */
function readsModels({ routes, policies }: EffectiveConfiguration): boolean {
  return (
    routes.some(({ match }) => (match?.models ?? []).length > 0) ||
    policies.some(({ type, config }) => type === "accessControl" && config?.["allowedModels"] !== undefined)
  );
}

/** What a client says of itself is not believed. */
const WITHOUT_MODEL_HEADER = {
  name: "envoy.http.early_header_mutation.header_mutation",
  typed_config: typed("extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation", {
    mutations: [{ remove: MODEL_HEADER }],
  }),
};

/** Reads the body before routes are compared. */
const MODEL_READER: HttpFilter = {
  name: "envoy.filters.http.transform",
  typed_config: typed("extensions.filters.http.transform.v3.TransformConfig", {
    request_transformation: {
      headers_mutations: [
        {
          append: {
            header: { key: MODEL_HEADER, value: "%REQUEST_BODY(model)%" },
            append_action: "OVERWRITE_IF_EXISTS_OR_ADD",
          },
        },
      ],
    },
    clear_route_cache: true,
  }),
};

function limitFilters({ limits, routes }: EffectiveConfiguration): readonly HttpFilter[] {
  const most = Math.max(0, ...routes.map((route) => requestLimits(route.limits).length));
  return [
    ...requestLimits(limits).map((limit, index) => ({
      name: `${RATE_LIMIT_FILTER} ${index}`,
      typed_config: rateLimit(`gateway ${index}`, limit),
    })),
    ...Array.from({ length: most }, (_, place) => ({
      name: routeLimitFilter(place),
      typed_config: noRateLimit(`route ${place}`),
    })),
  ];
}
