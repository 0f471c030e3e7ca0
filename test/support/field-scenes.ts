import { API_VERSION } from "#api/kind.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { AdapterName } from "#gateway/adapter.ts";
import { classWith } from "./facts.ts";

/** Kinds of which gateways are told something. */
export type FieldKind =
  | "AIGatewayConfig"
  | "ModelConfig"
  | "AIRoute"
  | "RateLimitPolicy"
  | "PromptTemplate"
  | "IntegrationConfig";

/** Specs of a kind in which one field after the other is tried, since no gateway takes all of them together. */
export function specsOf(kind: FieldKind): readonly object[] {
  switch (kind) {
    case "AIGatewayConfig":
      return GATEWAYS;
    case "ModelConfig":
      return MODELS;
    case "AIRoute":
      return ROUTES.map((route) => ({ parentRefs: [{ name: "main" }], policies: [], ...route }));
    case "RateLimitPolicy":
      return LIMITS.map((limit) => ({ targetRefs: [MAIN], limits: [limit] }));
    case "PromptTemplate":
      return [POLITE];
    case "IntegrationConfig":
      return INTEGRATIONS;
  }
}

/** A gateway of an adapter, and around it what it needs, with an object `main` of the kind whose spec this is. */
export function worldWith(adapter: AdapterName, kind: FieldKind, spec: object): readonly KubernetesObject[] {
  const objects: Readonly<Record<FieldKind, object>> = {
    AIGatewayConfig: gatewayFor(adapter, kind),
    ModelConfig: SHARED,
    AIRoute: { parentRefs: [{ name: "main" }], ...routeFor(adapter, "other", "extra") },
    RateLimitPolicy: { targetRefs: [MAIN], limits: [{ requests: 1000, window: "1m" }] },
    PromptTemplate: POLITE,
    IntegrationConfig: { type: "observability", provider: "prometheus" },
    [kind]: spec,
  };
  const needed = NEEDED[kind] ?? [kind];
  return [
    { ...classWith({ adapter, parameters: { modules: ["http.handlers.rate_limit"] } }) },
    object("AIGatewayPolicy", "lenient", {
      mode: "Enforce",
      endpoints: { allowHTTP: true },
      rules: { "template-variables": "Off" },
    }),
    object("ModelConfig", "second", { ...SHARED, endpoint: "https://second.example.com/v1" }),
    object("PromptTemplate", "polite", kind === "PromptTemplate" ? spec : POLITE),
    object("PromptTemplate", "rude", { messages: [{ role: "system", content: "Be rude." }] }),
    ...(["AIGatewayConfig", "ModelConfig", ...needed] as const).map((each) => object(each, "main", objects[each])),
  ].filter(
    (each, index, all) => all.findIndex((one) => one.kind === each.kind && nameOf(one) === nameOf(each)) === index,
  );
}

const NEEDED: Partial<Record<FieldKind, readonly FieldKind[]>> = {
  RateLimitPolicy: ["AIRoute", "RateLimitPolicy"],
  IntegrationConfig: ["AIRoute", "IntegrationConfig"],
};

const MAIN = { kind: "AIGatewayConfig", name: "main" };
const PLAIN = { endpoint: "https://llm.example.com/v1" };
/** Caddy asks for no other id of a model than its name. */
const SHARED = { ...PLAIN, model: "gpt" };
const POLITE = { variables: [{ name: "tone" }], messages: [{ role: "system", content: "Be {{tone}}." }] };
const SECRET = { name: "one", key: "key" };

const MODELS: readonly object[] = [
  PLAIN,
  { ...PLAIN, rateLimits: { requestsPerMinute: 60 } },
  { ...PLAIN, auth: { value: "secret://some/key" } },
  { ...PLAIN, auth: { valueFrom: { secretKeyRef: SECRET } } },
  {
    ...PLAIN,
    auth: { oauth2: { tokenUrl: "https://login.example.com/", clientId: "us", clientSecretRef: SECRET } },
  },
  { ...PLAIN, tls: { caSecretRef: { name: "ca", key: "ca.crt" } } },
  { provider: "aws", model: "anthropic.claude-v2" },
];

const MATCHER = { name: "X-Some", value: "some" };

const ROUTES: readonly object[] = [
  { path: "/", targetModel: "gpt" },
  { targetModel: "gpt", match: { models: ["other-name"] } },
  { path: "/", targets: [{ model: "gpt" }, { model: "other" }] },
  { path: "/", targetModel: "gpt", retry: { attempts: 1, onStatus: [503] } },
  { path: "/", targetModel: "gpt", match: { headers: [MATCHER] } },
  { path: "/", targetModel: "gpt", match: { queryParams: [MATCHER] } },
];

const POLICIES: readonly object[] = [
  { type: "circuitBreaker" },
  { type: "accessControl", config: { mode: "allowAll" } },
  { type: "accessControl", config: { mode: "allowList", allowedModels: ["some"] } },
  { type: "accessControl", config: { mode: "allowList", consumers: ["some"] } },
  {
    type: "accessControl",
    config: { mode: "allowAll", jwt: { issuer: "us", audience: "all", jwksURI: "https://login.example.com/keys" } },
  },
  { type: "observability" },
];

const BREAKERS = [7, 9].map((failureThreshold) => ({
  name: `after-${failureThreshold}`,
  type: "circuitBreaker",
  config: { failureThreshold },
}));

const LIMITS: readonly object[] = [
  { requests: 100, window: "1m" },
  { requests: 100, window: "1m", key: "Header", header: "X-Some" },
  { tokens: { total: 100 }, window: "1m" },
  { tokens: { input: 100 }, window: "1m" },
];

const INTEGRATIONS: readonly object[] = [
  { type: "observability", provider: "prometheus" },
  { type: "observability", provider: "prometheus", targetRefs: [MAIN] },
  { type: "observability", provider: "otlp", endpoint: "https://otlp.example.com" },
  { type: "observability", provider: "otlp", endpoint: "https://otlp.example.com", credentials: { secretRef: SECRET } },
];

/** Each adapter's routes differ, so each spec is tried with either. */
const GATEWAYS: readonly object[] = (["envoy", "litellm"] as const)
  .flatMap((like) => {
    const routes = [{ ...routeFor(like, "gpt") }];
    return [
      ...MODELS.map((model) => ({ models: [{ name: "gpt", ...model }, ...OTHERS()], routes })),
      { models: [{ name: "gpt", modelRef: { name: "main" } }, ...OTHERS()], routes },
      ...POLICIES.map((policy) => ({
        models: [{ name: "gpt", ...PLAIN }],
        routes,
        policies: [{ name: "some", ...policy }],
      })),
      { models: [{ name: "gpt", ...PLAIN }], routes: [] },
    ];
  })
  .concat(
    ROUTES.flatMap((route) => [
      { models: [{ name: "gpt", ...PLAIN }, ...OTHERS()], routes: [route] },
      {
        models: [{ name: "gpt", ...PLAIN }, ...OTHERS()],
        routes: [{ ...route, policies: [] }],
        policies: BREAKERS,
      },
    ]),
  );

function OTHERS() {
  return ["other", "third"].map((name) => ({ name, ...PLAIN }));
}

function gatewayFor(adapter: AdapterName, kind: FieldKind): object {
  const name = kind === "ModelConfig" ? "main" : "gpt";
  const route = routeFor(adapter, name);
  const isShared = kind !== "AIRoute" && kind !== "PromptTemplate";
  return {
    models: [{ name, ...(isShared ? { modelRef: { name: "main" } } : PLAIN) }, ...OTHERS()],
    routes: [kind === "PromptTemplate" ? { ...route, promptTemplateRef: { name: "polite" } } : route],
    ...(kind === "AIRoute" ? { policies: BREAKERS, routes: [] } : {}),
  };
}

/** LiteLLM has no paths, and Caddy reads no bodies. */
function routeFor(adapter: AdapterName, targetModel: string, alias = "alias"): object {
  return adapter === "litellm" ? { targetModel, match: { models: [alias] } } : { targetModel, path: `/${alias}` };
}

function nameOf({ metadata }: KubernetesObject): string {
  return metadata.name ?? "";
}

function object(kind: string, name: string, spec: object): KubernetesObject {
  const namespaced = kind === "AIGatewayPolicy" ? {} : { namespace: "team-a" };
  const filled = kind === "AIGatewayConfig" ? { gatewayClassName: "main", ...spec } : spec;
  const whole = { apiVersion: API_VERSION, kind, metadata: { name, ...namespaced }, spec: filled };
  return whole;
}
