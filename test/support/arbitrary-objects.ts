/**
 * Generators of objects for property tests, in three degrees: valid ones, which
 * the schemas accept; half-valid ones, which are valid ones with a few places
 * broken; and hostile ones, which are any JSON under the right kind.
 *
 * Names, ids and hosts come from small pools, so that references, patterns and
 * selectors of independently generated objects often meet.
 */
import fc from "fast-check";
import { API_VERSION } from "#api/kind.ts";
import { type AIGatewayClass, DEFAULT_CLASS_ANNOTATION } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { ACTIONS, type AIGatewayPolicy, CLUSTER_LOCAL } from "#api/kinds/ai-gateway-policy.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import type { Route } from "#api/kinds/route.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { endpoint, HOSTS, plainEndpoint } from "./arbitrary-endpoints.ts";
import { broken, decoded, HOSTILE_KEYS, hostileValue } from "./arbitrary-json.ts";

export const NAMESPACES = ["default", "team-a", "team-b"] as const;
export const MODEL_NAMES = ["gpt-4o", "gpt-4o-mini", "claude-3-opus", "embed-large", "dall-e"] as const;
export const PROVIDERS = ["openai", "anthropic", "azure"] as const;
export const LABEL_KEYS = ["team", "cost-centre", "example.com/owner", "constructor"] as const;

export const namespaceName = fc.constantFrom(...NAMESPACES);
export const modelName = fc.constantFrom(...MODEL_NAMES);
export const objectName = fc.constantFrom("first", "second", "third", "fourth");
const provider = fc.constantFrom(...PROVIDERS);
const version = fc.constantFrom("2024-08-06", "preview", "v2");
const region = fc.constantFrom("eu-west-1", "us-east-1");
const modelType = fc.constantFrom("llm", "image-gen", "embedding");
const dataClass = fc.constantFrom("public", "restricted");
const duration = fc.constantFrom("250ms", "10s", "1m30s", "10m");
/** Moments before, at and after the NOW of `facts.ts`. */
const time = fc.constantFrom("2026-06-01T00:00:00Z", "2027-01-01T12:00:00Z", "2028-01-01T00:00:00Z");
const labels = fc.dictionary(fc.constantFrom(...LABEL_KEYS), fc.constantFrom("red", "blue"), { maxKeys: 4 });
/** The schema lets a policy name any key. */
const anyLabels = fc.dictionary(fc.constantFrom(...LABEL_KEYS, "a/b~c", "", "__proto__"), fc.constant("red"), {
  maxKeys: 4,
});
const rate = fc.integer({ min: 1, max: 12 }).map((step) => step * 500);
const secretKeyRef = fc.record({ name: objectName, key: fc.constantFrom("token", "api-key") });
const rateLimitNumbers = { requestsPerMinute: rate, burst: rate, tokensPerMinute: rate };
const rateLimits = someOf(rateLimitNumbers);
const timeouts = someOf({ request: duration, streamIdle: duration });
const namespaceLabels = fc.dictionary(fc.constantFrom("env", "team"), fc.constantFrom("a", "b"));
const labelSelector = someOf({ matchLabels: namespaceLabels });

const auth = fc.oneof(
  fc.record({ type: fc.constant("apikey" as const), value: fc.constantFrom("sk-literal", "secret://first/token") }),
  someOf({ type: fc.constantFrom("apikey" as const, "oauth2" as const), header: fc.constant("X-Key") }),
  fc.record({ valueFrom: fc.record({ secretKeyRef }) }),
  fc.record({
    type: fc.constant("oauth2" as const),
    oauth2: fc.record({ tokenUrl: plainEndpoint, clientId: fc.constant("id"), clientSecretRef: secretKeyRef }),
  }),
);

/** One item of `spec.models`, mostly written inline. */
export const validModel: fc.Arbitrary<Model> = models(plainEndpoint);

/** A model whose endpoint may be spelled to deceive. */
export const oddModel: fc.Arbitrary<Model> = models(endpoint);

function models(endpoint: fc.Arbitrary<string>): fc.Arbitrary<Model> {
  const inline = fc.record(
    {
      name: modelName,
      type: modelType,
      endpoint,
      provider,
      model: modelName,
      version,
      region,
      auth,
      rateLimits,
      timeouts,
      parameters: someOf({ temperature: fc.constantFrom(0, 0.7, 2), maxTokens: rate }),
      fallbacks: fc.array(modelName, { maxLength: 2 }),
      tls: someOf({ insecureSkipVerify: fc.boolean(), serverName: fc.constantFrom(...HOSTS) }),
      dataClassification: fc.uniqueArray(dataClass, { maxLength: 2 }),
    },
    { requiredKeys: ["name"] },
  );
  const elsewhere = fc.record({ name: modelName, modelRef: fc.record({ name: objectName }) });
  return decoded(fc.oneof({ weight: 8, arbitrary: inline }, elsewhere));
}

/** One item of `spec.routes`; its references may lead nowhere. */
export const validRoute: fc.Arbitrary<Route> = decoded(
  someOf({
    path: fc.constantFrom("/", "/chat", "/image"),
    pathType: fc.constantFrom("Prefix" as const, "Exact" as const),
    targetModel: modelName,
    methods: fc.uniqueArray(fc.constantFrom("GET" as const, "POST" as const), { maxLength: 2 }),
    targets: fc.array(
      fc.record({ model: modelName, weight: fc.integer({ min: 0, max: 3 }) }, { requiredKeys: ["model"] }),
      {
        maxLength: 2,
      },
    ),
    fallbacks: fc.array(modelName, { maxLength: 2 }),
    policies: fc.array(objectName, { maxLength: 2 }),
    promptTemplateRef: fc.record({ name: objectName }),
  }),
);

const attachedPolicy = fc.record(
  {
    name: objectName,
    type: fc.constantFrom("circuitBreaker" as const, "accessControl" as const, "observability" as const),
    config: fc.dictionary(fc.constantFrom("threshold", ...HOSTILE_KEYS), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
  },
  { requiredKeys: ["name"] },
);

/** AIGatewayConfigs whose shape is right; rules may still find fault. */
export const validConfig: fc.Arbitrary<AIGatewayConfig> = configs(validModel);

/** AIGatewayConfigs with odd endpoints, which are otherwise valid. */
export const oddConfig: fc.Arbitrary<AIGatewayConfig> = configs(oddModel);

function configs(model: fc.Arbitrary<Model>): fc.Arbitrary<AIGatewayConfig> {
  return decoded(
    fc.record({
      apiVersion: fc.constant(API_VERSION),
      kind: fc.constant("AIGatewayConfig"),
      metadata: fc.record(
        { name: objectName, namespace: namespaceName, labels, annotations: labels },
        { requiredKeys: ["name", "namespace"] },
      ),
      spec: fc.record(
        {
          gatewayClassName: objectName,
          models: fc.uniqueArray(model, { selector: ({ name }) => name, maxLength: MODEL_NAMES.length }),
          routes: fc.array(validRoute, { maxLength: 3 }),
          policies: fc.uniqueArray(attachedPolicy, { selector: (policy) => policy.name, maxLength: 2 }),
        },
        { requiredKeys: ["models", "routes"] },
      ),
    }),
  );
}

/** AIGatewayConfigs with a few places broken: wrong types, nulls, missing and unknown fields, repeated items. */
export const halfValidConfig: fc.Arbitrary<unknown> = broken(oddConfig);

/** Objects that are an AIGatewayConfig by name only. */
export const hostileConfig: fc.Arbitrary<unknown> = fc
  .tuple(hostileValue, hostileValue)
  .map(([metadata, spec]) => ({ apiVersion: API_VERSION, kind: "AIGatewayConfig", metadata, spec }));

/** AIGatewayConfigs in every degree of wrong. */
export const anyConfig: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: oddConfig },
  { weight: 3, arbitrary: halfValidConfig },
  { weight: 1, arbitrary: hostileConfig },
);

/** When an approval covers a model, beside its patterns and its state. */
const conditions = {
  versions: someOf({ allow: fc.uniqueArray(version), deny: fc.uniqueArray(version) }),
  types: fc.uniqueArray(modelType),
  regions: fc.uniqueArray(region),
  dataClassifications: fc.uniqueArray(dataClass),
  namespaces: someOf({ names: fc.uniqueArray(namespaceName), selector: labelSelector }),
};

const anyLifecycle = fc.record(
  {
    state: fc.constantFrom("Approved", "Approved", "Deprecated", "Proposed", "Retired"),
    expiresAt: time,
    retiresAt: time,
  },
  { requiredKeys: ["state"] },
);

export const validApproval: fc.Arbitrary<ApprovedModel> = approvals(anyLifecycle, conditions);

/** Approvals that cover every model on their hosts, so that what rests on coverage is often seen. */
export const generousApproval: fc.Arbitrary<ApprovedModel> = approvals(fc.constant({ state: "Approved" }), {
  models: fc.constant(["*"]),
});

function approvals(
  lifecycle: fc.Arbitrary<object>,
  others: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): fc.Arbitrary<ApprovedModel> {
  const limit = { maxRequestsPerMinute: rate, maxBurst: rate, maxTokensPerMinute: rate, maxOutputTokens: rate };
  const hosts = fc.uniqueArray(fc.constantFrom(...HOSTS, "*.openai.example"), { maxLength: 3 });
  const spec = fc.record(
    {
      provider,
      models: fc.uniqueArray(fc.constantFrom(...MODEL_NAMES, "gpt-4o*", "gpt-*", "*"), { minLength: 1, maxLength: 3 }),
      endpoints: someOf({ hosts }),
      limits: someOf(limit),
      defaults: someOf({ rateLimits, timeouts, authSecretRef: secretKeyRef }),
      lifecycle,
      ...others,
    },
    { requiredKeys: ["provider", "models", "lifecycle"] },
  );
  const metadata = fc.record({ name: objectName });
  return decoded(
    fc.record({ apiVersion: fc.constant(API_VERSION), kind: fc.constant("ApprovedModel"), metadata, spec }),
  ) as fc.Arbitrary<ApprovedModel>;
}

export const validPolicy: fc.Arbitrary<AIGatewayPolicy> = decoded(
  fc.record({
    apiVersion: fc.constant(API_VERSION),
    kind: fc.constant("AIGatewayPolicy"),
    metadata: fc.record({ name: objectName }),
    spec: fc.record(
      {
        mode: fc.constantFrom("Enforce", "Enforce", "Audit"),
        namespaceSelector: labelSelector,
        rateLimits: someOf({ required: fc.boolean(), min: rateLimits, max: rateLimits }),
        endpoints: someOf({
          allowHTTP: fc.boolean(),
          allowPrivate: fc.boolean(),
          allowClusterLocal: fc.constantFrom(...CLUSTER_LOCAL),
          allowedHosts: fc.uniqueArray(fc.constantFrom(...HOSTS, "*.openai.example"), { maxLength: 3 }),
        }),
        requiredLabels: fc.uniqueArray(fc.record({ key: fc.constantFrom(...LABEL_KEYS) }), {
          selector: ({ key }) => key,
        }),
        defaults: someOf({ labels: anyLabels, rateLimits, timeouts }),
        rules: fc.dictionary(fc.constantFrom("unapproved-model", "rate-limit-bounds"), fc.constantFrom(...ACTIONS)),
        exceptions: fc.array(
          fc.record({
            namespaces: fc.uniqueArray(namespaceName),
            names: fc.uniqueArray(objectName),
            rules: fc.uniqueArray(fc.constantFrom("unapproved-model", "rate-limit-bounds"), { minLength: 1 }),
            reason: fc.constant("migration"),
            expiresAt: time,
          }),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: ["mode"] },
    ),
  }),
);

export const validClass: fc.Arbitrary<AIGatewayClass> = decoded(
  fc.record({
    apiVersion: fc.constant(API_VERSION),
    kind: fc.constant("AIGatewayClass"),
    metadata: fc.record(
      {
        name: objectName,
        creationTimestamp: time,
        annotations: fc.constantFrom({ [DEFAULT_CLASS_ANNOTATION]: "true" }, { [DEFAULT_CLASS_ANNOTATION]: "false" }),
      },
      { requiredKeys: ["name", "creationTimestamp"] },
    ),
    spec: someOf({
      allowedNamespaces: labelSelector,
      allowedEnvironment: fc.uniqueArray(fc.constantFrom("API_KEY", "TOKEN")),
    }),
  }),
);

const namespace: fc.Arbitrary<KubernetesObject> = decoded(
  fc.record({
    apiVersion: fc.constant("v1"),
    kind: fc.constant("Namespace"),
    metadata: fc.record({ name: namespaceName, labels: namespaceLabels }),
  }),
);

/** The platform team's objects: policies, approvals, classes and namespaces, a few of each. */
export const factObjects: fc.Arbitrary<readonly KubernetesObject[]> = fc
  .tuple(
    few(validPolicy),
    few(fc.oneof(validApproval, { weight: 2, arbitrary: generousApproval })),
    few(validClass),
    few(namespace),
  )
  .map((objects) => objects.flat());

function few<T extends KubernetesObject>(objects: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.uniqueArray(objects, { selector: ({ metadata }) => metadata.name, maxLength: 3 });
}

/** Some of the fields, each there or not. */
function someOf<T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record<T, never>(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}
