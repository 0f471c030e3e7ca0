import type { Adapter } from "./adapter.ts";
import { literal } from "./caddy/placeholders.ts";
import { MOST_REQUESTS, RATE_LIMIT_MODULE } from "./caddy/rate-limit.ts";
import { renderCaddy } from "./caddy/render.ts";
import { isCredentialVariable } from "./credential.ts";
import { SECRET_KEYS } from "./identifiers.ts";
import { ASKED_BY_PROMETHEUS, NO_ACCOUNTS } from "./integration-lacks.ts";

const RATE_LIMIT = { module: RATE_LIMIT_MODULE } as const;
const NO_LIMITS = "limits rates only with http.handlers.rate_limit among `parameters.modules` of its class";
const MANY = { above: MOST_REQUESTS, because: "keeps the time of every request that fits into the window" };
const NO_TOKENS = "counts requests and sees no tokens";
const NO_CONSUMERS = "knows no consumers";
const NO_BODIES = "neither reads nor changes bodies";

/** Caddy by its JSON, with the modules that come with it and those that the class says are built in. */
export const CADDY: Adapter = {
  name: "caddy",
  lacks: {
    model: [
      { field: "endpoint", isNeeded: true, because: "knows no provider's own" },
      { field: "rateLimits.requestsPerMinute", because: NO_LIMITS, ...RATE_LIMIT },
      { field: "rateLimits.requestsPerMinute", ...MANY },
      { field: "rateLimits.burst", above: 0, because: "lets nothing come above the rate" },
      { field: "rateLimits.tokensPerMinute", because: NO_TOKENS },
      { field: "rateLimits.key", value: "Consumer", because: NO_CONSUMERS },
      { field: "rateLimits.key", value: "Header", because: "would have to be told which header" },
      { field: "model", exceptAs: "name", because: NO_BODIES },
      { field: "parameters", because: NO_BODIES },
      { field: "auth.oauth2", because: "fetches no tokens" },
      {
        field: "timeouts.request",
        isPartly: true,
        because: "limits the time until an answer begins, and not its rest",
      },
      { field: "accessControl.consumers", because: NO_CONSUMERS },
      { field: "accessControl.groups", because: NO_CONSUMERS },
    ],
    route: [
      { field: "match.models", because: NO_BODIES },
      { field: "match.queryParams[].type", value: "Regex", because: "compares query parameters word by word" },
      { field: "match.queryParams[].value", value: "*", because: "takes this for any value" },
      { field: "timeout", because: "has time-outs of models only" },
      { field: "retry.onStatus", because: "tries again only where there was no answer" },
      { field: "retry.respectRetryAfter", because: "tries again only where there was no answer" },
      { field: "promptTemplateRef", because: NO_BODIES },
    ],
    policy: [
      {
        field: "config.interval",
        of: "circuitBreaker",
        because: "has one time for counting failures and for staying open",
      },
      { field: "config.halfOpenRequests", of: "circuitBreaker", because: "lets all requests through again at once" },
      { field: "config.consumers", of: "accessControl", because: NO_CONSUMERS },
      { field: "config.groups", of: "accessControl", because: NO_CONSUMERS },
      { field: "config.allowedModels", of: "accessControl", because: NO_BODIES },
      { field: "config.jwt", of: "accessControl", because: "checks no tokens" },
      { field: "config.sampling", of: "observability", because: "leaves sampling to its environment" },
      { field: "config.accessLog", of: "observability", because: "logs the fields that it logs" },
      { field: "config.payloadLogging", of: "observability", because: "logs no bodies" },
    ],
    limit: [
      { field: "requests", because: NO_LIMITS, ...RATE_LIMIT },
      { field: "requests", ...MANY },
      { field: "burst", above: 0, because: "lets nothing come above the rate" },
      { field: "tokens", because: NO_TOKENS },
      { field: "key", value: "Consumer", because: NO_CONSUMERS },
      { field: "shadowMode", because: "has no such setting" },
    ],
    integration: [
      { field: "type", value: "billing", because: NO_ACCOUNTS },
      { field: "type", value: "security", because: "reports nothing about clients" },
      { field: "provider", value: "otlp", because: "sends traces where its environment says" },
      { field: "provider", value: "webhook", because: "calls nobody beside a model" },
      ...ASKED_BY_PROMETHEUS,
    ],
  },
  identifiers: SECRET_KEYS,
  expansion: {
    // In values of headers, paths and parameters that are written, but not in regular expressions. Seen of 2.11.7.
    syntax: "{env.X}, {file.P}",
    escape: literal,
    isInescapable: () => false,
    takesVariable: isCredentialVariable,
    variables: "as the whole of `auth.value`",
  },
  // Of a model 845 bytes with TLS, credential and passive health checks; of a route 481; of a fallback 1005, with what
  // makes errors of answers; of a further try 525. Names stand there as well, in at most 63 bytes.
  footprint: {
    base: 4096,
    model: 1136,
    route: 700,
    link: 1300,
    try: 660,
    policy: 256,
    copies: 4,
    escaped: { characters: /[{}]/g, bytes: 3 }, // JSON writes the backslash twice
  },
  render: renderCaddy,
};
