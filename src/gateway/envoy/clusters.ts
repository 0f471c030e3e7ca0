import { isIP } from "node:net";
import type { CircuitBreaker } from "../circuit-breaker.ts";
import type { EffectiveModel } from "../effective-configuration.ts";
import type { Upstream } from "../upstream.ts";
import type { Chain } from "./chains.ts";
import { modelListener, tokenCluster, upstreamCluster } from "./names.ts";
import type { SecretResources } from "./secrets.ts";
import { keysCluster, type TokenCheck } from "./tokens.ts";
import { duration, typed } from "./typed.ts";

/** What a chain leads to: the listeners of its models within the same Envoy, in the order of their priorities. */
export function chainCluster({ name, models }: Chain): object {
  return {
    name,
    connect_timeout: CONNECT_TIMEOUT,
    typed_extension_protocol_options: ONE_REQUEST_EACH,
    load_assignment: {
      cluster_name: name,
      endpoints: models.map((model, priority) => ({
        priority,
        lb_endpoints: [
          { endpoint: { address: { envoy_internal_address: { server_listener_name: modelListener(model) } } } },
        ],
      })),
    },
  };
}

/** A connection that is kept would lead to the listener as it was when it was opened. Within a process it costs little. */
const ONE_REQUEST_EACH = {
  "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": typed("extensions.upstreams.http.v3.HttpProtocolOptions", {
    common_http_protocol_options: { max_requests_per_connection: 1 },
    explicit_http_config: { http_protocol_options: {} },
  }),
};

interface TlsScene {
  readonly secrets: SecretResources;
  /** File with the authorities that are trusted unless a model names others. */
  readonly authorities: string;
}

export interface UpstreamScene extends TlsScene {
  readonly breaker: CircuitBreaker | undefined;
}

/** Where a model is called. */
export function modelCluster({ name, tls }: EffectiveModel, upstream: Upstream, scene: UpstreamScene): object {
  const { breaker } = scene;
  return {
    ...clusterTo(upstreamCluster(name), upstream),
    ...(upstream.isTls ? { transport_socket: tlsTo(upstream, { name, tls }, scene) } : {}),
    ...(breaker
      ? {
          outlier_detection: {
            consecutive_5xx: breaker.failures,
            consecutive_gateway_failure: breaker.failures,
            interval: duration(breaker.intervalMilliseconds),
            base_ejection_time: duration(breaker.openMilliseconds),
            max_ejection_time: duration(breaker.openMilliseconds),
            max_ejection_percent: 100,
          },
          // Otherwise the only host is called although it is left alone.
          common_lb_config: { healthy_panic_threshold: { value: 0 } },
        }
      : {}),
  };
}

/** Where tokens for a model are fetched. */
export function oauthCluster(model: string, upstream: Upstream, scene: UpstreamScene): object {
  return {
    ...clusterTo(tokenCluster(model), upstream),
    ...(upstream.isTls ? { transport_socket: tlsTo(upstream, { name: model, tls: undefined }, scene) } : {}),
  };
}

/** Where the keys are fetched that clients' tokens are checked with. */
export function keysClusterOf({ policy, keys }: TokenCheck, { secrets, authorities }: TlsScene): object {
  return {
    ...clusterTo(keysCluster(policy), keys),
    ...(keys.isTls
      ? { transport_socket: tlsTo(keys, { name: policy, tls: undefined }, { secrets, authorities }) }
      : {}),
  };
}

function clusterTo(name: string, { host, port }: Upstream): object {
  const address = { socket_address: { address: host, port_value: port } };
  return {
    name,
    // One host, whichever of its addresses answers first.
    ...(isIP(host) === 0 ? { type: "LOGICAL_DNS", dns_lookup_family: "ALL" } : { type: "STATIC" }),
    connect_timeout: CONNECT_TIMEOUT,
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
  };
}

const CONNECT_TIMEOUT = "5s";

function tlsTo(
  { host }: Upstream,
  { name, tls = {} }: Pick<EffectiveModel, "name"> & { tls: EffectiveModel["tls"] | undefined },
  { secrets, authorities }: TlsScene,
): object {
  const { serverName = host, insecureSkipVerify, caSecretRef } = tls;
  const isAddress = isIP(serverName) !== 0;
  const validation =
    insecureSkipVerify === true
      ? {}
      : trusted(
          [{ san_type: isAddress ? "IP_ADDRESS" : "DNS", matcher: { exact: serverName } }],
          caSecretRef ? secrets.authority(name, caSecretRef) : undefined,
          authorities,
        );
  return {
    name: "envoy.transport_sockets.tls",
    typed_config: typed("extensions.transport_sockets.tls.v3.UpstreamTlsContext", {
      ...(isAddress ? {} : { sni: serverName }),
      common_tls_context: validation,
    }),
  };
}

function trusted(names: readonly object[], secret: object | undefined, authorities: string): object {
  const context = { match_typed_subject_alt_names: names };
  return secret
    ? {
        combined_validation_context: {
          default_validation_context: context,
          validation_context_sds_secret_config: secret,
        },
      }
    : { validation_context: { ...context, trusted_ca: { filename: authorities } } };
}
