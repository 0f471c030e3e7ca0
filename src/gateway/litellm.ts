import type { Adapter } from "./adapter.ts";
import { VARIABLES } from "./identifiers.ts";
import { KNOWN_PROVIDERS, REFERENCE } from "./litellm/provider.ts";
import { renderLiteLlm } from "./litellm/render.ts";

const OWN_PATHS = "serves paths of its own, and chooses by the model that a request names";
const NO_DATABASE = "knows clients only with a database";
const NO_CONNECTION = "has one setting of TLS for all models";
const NO_TRACES = "has no such setting";
const NO_CALLBACKS = "records what the packages that are installed beside it let it record";
const EACH_ALONE = "holds each model to it by itself";

/** LiteLLM by its file, without a database. */
export const LITELLM: Adapter = {
  name: "litellm",
  lacks: {
    model: [
      {
        field: "endpoint",
        isNeeded: true,
        unless: { field: "provider", values: KNOWN_PROVIDERS },
        because: "knows no other provider's own",
      },
      { field: "rateLimits.burst", above: 0, because: "counts by whole minutes" },
      { field: "rateLimits.key", value: "Consumer", because: NO_DATABASE },
      { field: "rateLimits.key", value: "ClientIP", because: NO_DATABASE },
      { field: "rateLimits.key", value: "Header", because: NO_DATABASE },
      { field: "timeouts.streamIdle", because: "limits a stream as a whole, not its silence" },
      { field: "tls.caSecretRef", because: NO_CONNECTION },
      { field: "tls.serverName", because: NO_CONNECTION },
      { field: "tls.insecureSkipVerify", because: NO_CONNECTION },
      { field: "auth.scheme", except: "Bearer", because: "takes a header's value from one variable as a whole" },
      { field: "auth.oauth2", because: "fetches no tokens" },
      { field: "visibility", value: "Internal", because: "lets clients ask for every model by its name" },
      { field: "accessControl.mode", except: "allowAll", because: NO_DATABASE },
      { field: "accessControl.consumers", because: NO_DATABASE },
      { field: "accessControl.groups", because: NO_DATABASE },
    ],
    route: [
      { field: "path", except: "/", because: OWN_PATHS },
      { field: "pathType", except: "Prefix", because: OWN_PATHS },
      { field: "methods", because: OWN_PATHS },
      { field: "match.hostnames", because: OWN_PATHS },
      { field: "match.headers", because: OWN_PATHS },
      { field: "match.queryParams", because: OWN_PATHS },
      { field: "targets", because: "shares requests by weight only between deployments of one model" },
      { field: "match.models", isNeeded: true, because: OWN_PATHS },
      { field: "match.models[]", ending: "*", because: "knows other names of a model one by one" },
      { field: "fallbacks", because: "falls back by model, and not by route" },
      { field: "retry", because: "tries again by model, and not by route" },
      { field: "timeout", because: "has time-outs of models only" },
      { field: "promptTemplateRef", because: "takes prompts from stores of its own" },
      { field: "policies", because: "has settings for all requests only" },
    ],
    policy: [
      { field: "config.interval", of: "circuitBreaker", because: "counts failures by the minute" },
      { field: "config.halfOpenRequests", of: "circuitBreaker", because: "lets all requests through again at once" },
      { field: "type", value: "accessControl", because: NO_DATABASE },
      { field: "config.sampling", of: "observability", because: NO_TRACES },
      { field: "config.metrics", of: "observability", because: NO_CALLBACKS },
      { field: "config.tracing", of: "observability", because: NO_CALLBACKS },
      { field: "config.payloadLogging", of: "observability", because: NO_CALLBACKS },
      { field: "config.accessLog", of: "observability", because: NO_TRACES },
    ],
    limit: [
      { field: "requests", isPartly: true, because: EACH_ALONE },
      { field: "tokens.total", isPartly: true, because: EACH_ALONE },
      { field: "window", except: "1m", because: "counts by whole minutes" },
      { field: "burst", above: 0, because: "counts by whole minutes" },
      { field: "tokens.input", because: "counts tokens of both kinds together" },
      { field: "tokens.output", because: "counts tokens of both kinds together" },
      { field: "key", value: "Consumer", because: NO_DATABASE },
      { field: "key", value: "ClientIP", because: NO_DATABASE },
      { field: "key", value: "Header", because: NO_DATABASE },
      { field: "shadowMode", because: "has no such setting" },
    ],
    integration: [
      { field: "type", value: "billing", because: NO_CALLBACKS },
      { field: "type", value: "security", because: NO_CALLBACKS },
      { field: "provider", value: "otlp", because: NO_CALLBACKS },
      { field: "provider", value: "prometheus", because: NO_CALLBACKS },
      { field: "provider", value: "webhook", because: NO_CALLBACKS },
    ],
  },
  identifiers: VARIABLES,
  expansion: {
    // Every text of its file that begins so, at any depth; there is no way to write one that does not.
    syntax: "os.environ/X",
    isInescapable: (text) => text.startsWith(REFERENCE),
    takesVariable: (_at, text) => WHOLE.test(text),
    variables: "as a whole text",
  },
  // Of a model 455 bytes with every parameter.
  footprint: { base: 4096, model: 600, route: 64, link: 32, try: 0, policy: 256, copies: 2 },
  render: renderLiteLlm,
};

const WHOLE = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;
