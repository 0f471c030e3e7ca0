import type { Adapter } from "./adapter.ts";
import { renderEnvoy } from "./envoy/render.ts";
import { SECRET_KEYS } from "./identifiers.ts";
import { ASKED_BY_PROMETHEUS, NO_ACCOUNTS } from "./integration-lacks.ts";

const NO_TOKENS = "counts requests of its own and sees no tokens";
const NO_CONSUMERS = "knows no consumers";
const NO_MERGE = "cannot fill in what a request's body leaves out";

/** Envoy by its files: listeners and clusters, without a service beside it for rate limits or external processing. */
export const ENVOY: Adapter = {
  name: "envoy",
  lacks: {
    model: [
      { field: "endpoint", isNeeded: true, because: "knows no provider's own" },
      { field: "rateLimits.tokensPerMinute", because: NO_TOKENS },
      { field: "rateLimits.key", value: "Consumer", because: NO_CONSUMERS },
      { field: "rateLimits.key", value: "Header", because: "would have to be told which header" },
      { field: "parameters", because: NO_MERGE },
      { field: "accessControl.consumers", because: NO_CONSUMERS },
      { field: "accessControl.groups", because: NO_CONSUMERS },
    ],
    route: [{ field: "promptTemplateRef", because: NO_MERGE }],
    policy: [
      { field: "config.halfOpenRequests", of: "circuitBreaker", because: "lets all requests through again at once" },
      { field: "config.consumers", of: "accessControl", because: NO_CONSUMERS },
      { field: "config.groups", of: "accessControl", because: NO_CONSUMERS },
      { field: "config.sampling", of: "observability", because: "traces as its bootstrap says" },
      { field: "config.tracing", of: "observability", because: "traces as its bootstrap says" },
      { field: "config.accessLog", of: "observability", because: "logs as its bootstrap says" },
      { field: "config.payloadLogging", of: "observability", because: "logs no bodies" },
    ],
    limit: [
      { field: "tokens", because: NO_TOKENS },
      { field: "key", value: "Consumer", because: NO_CONSUMERS },
    ],
    integration: [
      { field: "type", value: "billing", because: NO_ACCOUNTS },
      { field: "type", value: "security", because: "reports nothing about clients" },
      { field: "provider", value: "otlp", because: "traces as its bootstrap says" },
      { field: "provider", value: "webhook", because: "calls nobody beside a model" },
      ...ASKED_BY_PROMETHEUS,
    ],
  },
  identifiers: SECRET_KEYS,
  expansion: {
    // Only where headers are added; a percent sign written twice is one. Seen of 1.40.0, as is that paths, regular
    // expressions and bodies are left alone.
    syntax: "%ENVIRONMENT(X)%",
    escape: (text) => text.replaceAll("%", "%%"),
    isInescapable: () => false,
    takesVariable: (at) => at.length === 2 && at[0] === "auth" && at[1] === "value",
    variables: "in `auth.value`",
  },
  // Of a cluster 2,476 bytes with OAuth2, TLS, outlier detection and the rewriting of the model, and 242 for its
  // fallbacks; of a route 2,257 with rate limit, retries, access rules and tokens; of a policy 1,249 with where its keys
  // are. A host stands in address, host name, SNI and certificate.
  footprint: {
    base: 8192,
    model: 3400,
    route: 2800,
    link: 96,
    try: 0,
    policy: 1600,
    copies: 4,
    escaped: { characters: /%/g, bytes: 2 },
  },
  render: renderEnvoy,
};
