import fc from "fast-check";
import { expect, test } from "vitest";
import { kindByName } from "#api/kinds.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { STORED_KINDS, type StoredKind } from "#policy/stored-objects.ts";
import { shapeFaults } from "#validate/shape.ts";
import { objectsOfKind } from "../../test/support/arbitrary-by-schema.ts";
import { broken } from "../../test/support/arbitrary-json.ts";
import { anyConfig, MODEL_NAMES, validConfig } from "../../test/support/arbitrary-objects.ts";
import type { FactObject } from "./fact-handler.ts";
import { keptFields } from "./kept-fields.ts";

test("what is kept of a configuration tells the index all that the whole one would", () => {
  fc.assert(
    fc.property(fc.array(validConfig), (configs) => {
      const [whole, kept] = [new FactIndex(), new FactIndex()];
      for (const config of configs) {
        whole.apply(config);
        kept.apply(keptFields("AIGatewayConfig")(config as FactObject));
      }
      expect(answers(kept)).toEqual(answers(whole));
    }),
  );
});

test.each(STORED_KINDS)("a good shape of kind %s stays good, and nothing makes it throw", (kind) => {
  const whole = objectsOfKind(ourKind(kind));
  const any = kind === "AIGatewayConfig" ? fc.oneof(whole, broken(whole), anyConfig) : fc.oneof(whole, broken(whole));
  fc.assert(
    fc.property(any, (object) => {
      const [before, after] = [object, keptFields(kind)(object as FactObject)].map(
        (each) => shapeFaults(ourKind(kind), each).length,
      );
      expect(before === 0 ? after : 0).toBe(0);
    }),
  );
});

test("wrong names, classes and models stay wrong", () => {
  expect(faultsAfterwards("AIGatewayConfig", { models: "all", routes: [] })).toEqual(["spec.models"]);
  expect(faultsAfterwards("AIGatewayConfig", { models: ["gpt"], routes: [] })).toEqual(["spec.models.0"]);
  expect(faultsAfterwards("AIGatewayConfig", { models: [{ name: 4 }], routes: [] })).toEqual(["spec.models.0.name"]);
  expect(faultsAfterwards("AIGatewayConfig", { models: [], routes: [], gatewayClassName: [] })).toEqual([
    "spec.gatewayClassName",
  ]);
  expect(faultsAfterwards("AIGatewayConfig", [])).toEqual(["spec"]);
});

test("wrong references and paths stay wrong", () => {
  expect(faultsAfterwards("AIRoute", { parentRefs: [{ name: 4 }] })).toEqual(["spec.parentRefs.0.name"]);
  expect(faultsAfterwards("AIRoute", { path: 4 })).toEqual(["spec.path"]);
  expect(faultsAfterwards("PromptTemplate", { models: [4], messages: [] })).toEqual(["spec.models.0"]);
  const integration = { type: "billing", provider: "webhook", targetRefs: [{ name: "main" }] };
  expect(faultsAfterwards("IntegrationConfig", integration)).toEqual(["spec.targetRefs.0.kind"]);
});

test.each<[StoredKind, object, object]>([
  [
    "AIGatewayConfig",
    {
      gatewayClassName: "shared",
      models: [
        { name: "gpt", provider: "openai", auth: { value: "sk-planted" }, rateLimits: { burst: 1 }, fallbacks: ["o1"] },
        { name: "o1", modelRef: { name: "shared" } },
      ],
      routes: [{ path: "/chat", targetModel: "gpt", timeout: "1s", promptTemplateRef: { name: "greeting" } }],
      policies: [{ name: "audit", type: "observability", config: { url: "sk-planted" } }],
    },
    {
      gatewayClassName: "shared",
      models: [
        { name: "gpt", provider: "openai", fallbacks: ["o1"] },
        { name: "o1", modelRef: { name: "shared" } },
      ],
      routes: [{ path: "/chat", promptTemplateRef: { name: "greeting" } }],
      policies: [{ name: "audit" }],
    },
  ],
  ["ModelConfig", { model: "gpt-4o", type: "llm", auth: { value: "sk-planted" } }, { model: "gpt-4o", type: "llm" }],
  [
    "AIRoute",
    { parentRefs: [{ name: "main" }], path: "/", match: { headers: [{ name: "a", value: "b" }] }, timeout: "1s" },
    { parentRefs: [{ name: "main" }], path: "/", match: { headers: [{ name: "a", value: "b" }] } },
  ],
  [
    "PromptTemplate",
    { models: ["gpt-*"], messages: [{ role: "user", content: "sk-planted" }] },
    { models: ["gpt-*"], messages: [{ role: "system", content: "-" }] },
  ],
  [
    "IntegrationConfig",
    {
      type: "billing",
      provider: "webhook",
      endpoint: "https://a.example",
      targetRefs: [{ kind: "AIRoute", name: "a" }],
    },
    { type: "billing", provider: "webhook", targetRefs: [{ kind: "AIRoute", name: "a" }] },
  ],
])("of kind %s credentials and all else that nobody is judged by are not kept", (kind, spec, expected) => {
  const metadata = { name: "main", namespace: "a", uid: "1", resourceVersion: "2", labels: { a: "b" } };
  expect(keptFields(kind)(object(kind, spec, metadata) as FactObject)).toEqual({
    apiVersion: "gateway.example.com/v1",
    kind,
    metadata: { name: "main", namespace: "a", uid: "1", resourceVersion: "2" },
    spec: expected,
  });
});

function answers(index: FactIndex): unknown {
  return [
    ...["", "first", "second", "third", "fourth"].map((name) => [...index.configsOfClass(name)]),
    ...[...MODEL_NAMES, "*"].map((pattern) => Array.from(index.usesOf(pattern), ({ users }) => [...users])),
  ];
}

/** Where what is kept of an object is wrong. */
function faultsAfterwards(kind: StoredKind, spec: unknown): readonly string[] {
  const kept = keptFields(kind)(object(kind, spec, { name: "main" }) as FactObject);
  return shapeFaults(ourKind(kind), kept).map(({ path }) => path.join("."));
}

function object(kind: string, spec: unknown, metadata: KubernetesObject["metadata"]): KubernetesObject {
  const whole = { apiVersion: "gateway.example.com/v1", kind, metadata, spec };
  return whole;
}

function ourKind(name: StoredKind) {
  const kind = kindByName.get(name);
  if (!kind) throw new Error(`${name} is no kind of ours`);
  return kind;
}
