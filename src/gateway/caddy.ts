import type { Adapter } from "./adapter.ts";
import { SECRET_KEYS } from "./identifiers.ts";

const RATE_LIMIT = { module: "http.handlers.rate_limit" } as const;
const NO_LIMITS = "limits rates only with http.handlers.rate_limit among `parameters.modules` of its class";
const NO_TOKENS = "counts requests and sees no tokens";
const NO_CONSUMERS = "knows no consumers";
const NO_BODIES = "neither reads nor changes bodies";

/** Caddy by its JSON, with the modules that come with it and those that the class says are built in. */
export const CADDY: Adapter = {
  name: "caddy",
  lacks: {
    model: [
      { field: "rateLimits.requestsPerMinute", because: NO_LIMITS, ...RATE_LIMIT },
      { field: "rateLimits.burst", because: "lets nothing come above the rate" },
      { field: "rateLimits.tokensPerMinute", because: NO_TOKENS },
      { field: "rateLimits.key", value: "Consumer", because: NO_CONSUMERS },
      { field: "rateLimits.key", value: "Header", because: "would have to be told which header" },
      { field: "model", exceptAs: "name", because: NO_BODIES },
      { field: "parameters", because: NO_BODIES },
      { field: "auth.oauth2", because: "fetches no tokens" },
    ],
    route: [
      { field: "match.models", because: NO_BODIES },
      { field: "match.queryParams[].type", value: "Regex", because: "compares query parameters word by word" },
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
      { field: "burst", because: "lets nothing come above the rate" },
      { field: "tokens", because: NO_TOKENS },
      { field: "key", value: "Consumer", because: NO_CONSUMERS },
      { field: "shadowMode", because: "has no such setting" },
    ],
  },
  identifiers: SECRET_KEYS,
  expansion: {
    // In values of headers, hosts, paths, and what they are compared with, but not in regular expressions. A backslash
    // before a brace is taken away with its meaning, whatever stands before it. Seen of 2.11.7.
    syntax: "{env.X}, {file.P}",
    escape: (text) => text.replaceAll(/[{}]/g, "\\$&"),
    isInescapable: () => false,
    takesVariable: () => true,
    variables: "anywhere",
  },
  // Of a model 677 bytes with TLS, credential and passive health checks; of a route 603 with a rate limit.
  footprint: {
    base: 4096,
    model: 850,
    route: 800,
    link: 256, // a fallback is a handler of its own
    policy: 256,
    copies: 4,
    escaped: { characters: /[{}]/g, bytes: 3 }, // JSON writes the backslash twice
  },
};
