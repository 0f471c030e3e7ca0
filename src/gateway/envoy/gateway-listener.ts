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
import { routeLimitFilter, routesOf } from "./routes.ts";
import { socketAddress } from "./socket-address.ts";
import { typed } from "./typed.ts";

export interface GatewayScene {
  readonly models: ReadonlyMap<string, EffectiveModel>;
  /** Address and port. */
  readonly listen: string;
}

/** Where clients come to. */
export function gatewayListener(configuration: EffectiveConfiguration, { models, listen }: GatewayScene): object {
  const routes = configuration.routes.flatMap((route, index) =>
    routesOf(route, { index, models, policies: configuration.policies }),
  );
  const readsModels = JSON.stringify(routes).includes(MODEL_HEADER);
  return {
    name: "gateway",
    address: socketAddress(listen, 8080),
    per_connection_buffer_limit_bytes: MOST_BODY_BYTES,
    filter_chains: [
      connectionManager([...(readsModels ? [MODEL_READER] : []), ...limitFilters(configuration)], {
        stat_prefix: "gateway",
        use_remote_address: true,
        normalize_path: true,
        strip_any_host_port: true,
        early_header_mutation_extensions: [WITHOUT_MODEL_HEADER],
        local_reply_config: { body_format: ERROR_BODY },
        route_config: {
          name: "gateway",
          virtual_hosts: [{ name: "gateway", domains: ["*"], routes }],
          response_headers_to_remove: [SILENCE_HEADER],
        },
      }),
    ],
  };
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
