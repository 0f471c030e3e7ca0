import { typed } from "./typed.ts";

/** Set on the answers of a model's listener that are not the model's: there was none. Never reaches a client. */
export const SILENCE_HEADER = "x-gatehouse-no-answer";

/** The largest body that is kept for another try or read for the model's name; images are sent in them. */
export const MOST_BODY_BYTES = 33_554_432;

/** The longest that any stream may be silent; routes and models have shorter limits of their own. */
const LONGEST_SILENCE = "1800s";

const ROUTER = {
  name: "envoy.filters.http.router",
  typed_config: typed("extensions.filters.http.router.v3.Router", { suppress_envoy_headers: true }),
};

export interface HttpFilter {
  readonly name: string;
  readonly typed_config: object;
}

/** The chain of filters that speaks HTTP with whoever connects. */
export function connectionManager(filters: readonly HttpFilter[], fields: object): object {
  const manager = typed("extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", {
    stream_idle_timeout: LONGEST_SILENCE,
    http_filters: [...filters, ROUTER],
    ...fields,
  });
  return { filters: [{ name: "envoy.filters.network.http_connection_manager", typed_config: manager }] };
}

/** What clients are told, in the form that OpenAI's have. */
export const ERROR_BODY = {
  json_format: { error: { message: "%LOCAL_REPLY_BODY%", type: "gateway_error", code: "%RESPONSE_CODE%" } },
};
