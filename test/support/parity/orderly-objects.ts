/** Generators of objects with which the facts of the parity suite find little fault, so that many are allowed. */
import fc from "fast-check";
import { API_VERSION } from "#api/kind.ts";
import { decoded } from "../arbitrary-json.ts";

const name = fc.constantFrom("gpt-4o", "gpt-4o-mini", "claude-3-opus");
const endpoint = fc.constantFrom(
  "https://api.openai.example/v1",
  "https://api.openai.com/v1",
  "http://llm.team-a.svc/v1",
);
const rate = fc.constantFrom(1000, 2000, 3000, 6000);

const modelFields = {
  type: fc.constant("llm"),
  provider: mostly("openai", "anthropic"),
  endpoint,
  region: fc.constantFrom("eu-west-1", "us-east-1"),
  auth: fc.record({
    type: fc.constant("apikey"),
    value: mostly("secret://openai/api-key", "${API_KEY}", "not-a-real-key"),
  }),
  rateLimits: fc.record({ requestsPerMinute: rate, burst: fc.constantFrom(10, 900) }, { requiredKeys: [] }),
  timeouts: fc.record(
    { request: fc.constantFrom("10s", "1m30s"), streamIdle: fc.constant("5s") },
    { requiredKeys: [] },
  ),
  parameters: fc.record({ temperature: fc.constantFrom(0, 0.5, 1), maxTokens: rate }, { requiredKeys: [] }),
};

const spec = fc
  .tuple(
    fc.uniqueArray(fc.record({ name, ...modelFields }, { requiredKeys: ["name", "endpoint"] }), {
      selector: ({ name }) => name,
      minLength: 1,
    }),
    fc.uniqueArray(fc.constantFrom("/a", "/b", "/c")),
    fc.nat(2),
  )
  .map(([models, paths, target]) => ({
    models,
    routes: paths.map((path) => ({ path, targetModel: models[target % models.length]?.name })),
  }));

const route = fc.record(
  {
    parentRefs: fc.constant([{ name: "main" }]),
    path: fc.constantFrom("/a", "/b", "/chat"),
    pathType: fc.constantFrom("Prefix", "Exact"),
    targetModel: mostly("gpt-4o", "gpt-4"),
    timeout: fc.constant("30s"),
  },
  { requiredKeys: ["path", "targetModel"] },
);

const template = fc.record({
  variables: mostly([{ name: "question" }], []),
  messages: mostly([{ role: "user", content: "{{question}}" }], [{ role: "system", content: "Be brief." }]),
});

const integration = fc.record(
  {
    type: fc.constant("observability"),
    provider: fc.constantFrom("otlp", "prometheus"),
    endpoint: mostly("https://otlp.example/v1/traces", "http://otel.team-b.svc:4318"),
    sampling: fc.constantFrom(0, 0.1, 1),
  },
  { requiredKeys: ["type", "provider"] },
);

const labels = mostly<object>({ team: "red" }, { team: "red", "cost-centre": "4711" }, { team: "blue" });

/** Objects of several namespaced kinds. */
export const orderlyObject: fc.Arbitrary<object> = fc.oneof(
  { weight: 4, arbitrary: objectOf("AIGatewayConfig", spec) },
  objectOf("ModelConfig", fc.record(modelFields, { requiredKeys: ["endpoint"] })),
  objectOf("AIRoute", route),
  objectOf("PromptTemplate", template),
  objectOf("IntegrationConfig", integration),
);

/** The first in most cases; with the others there is often something wrong. */
function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));
}

function objectOf(kind: string, spec: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  const metadata = fc.record({ labels });
  return decoded(fc.record({ apiVersion: fc.constant(API_VERSION), kind: fc.constant(kind), metadata, spec }));
}
