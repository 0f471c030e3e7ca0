import fc from "fast-check";
import { expect, test } from "vitest";
import { aiGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { shapeFaults } from "#validate/shape.ts";
import { anyConfig, MODEL_NAMES, validConfig } from "../../test/support/arbitrary-objects.ts";
import { coverageOnly } from "./coverage-only.ts";
import type { FactObject } from "./fact-handler.ts";

test("what is kept of a configuration tells the index all that the whole one would", () => {
  fc.assert(
    fc.property(fc.array(validConfig), (configs) => {
      const [whole, kept] = [new FactIndex(), new FactIndex()];
      for (const config of configs) {
        whole.apply(config);
        kept.apply(coverageOnly(config as FactObject));
      }
      expect(answers(kept)).toEqual(answers(whole));
    }),
  );
});

test("a good shape stays good, and nothing makes it throw", () => {
  fc.assert(
    fc.property(anyConfig, (config) => {
      const [before, after] = [config, coverageOnly(config as FactObject)].map(
        (object) => shapeFaults(aiGatewayConfig, object).length,
      );
      expect(before === 0 ? after : 0).toBe(0);
    }),
  );
});

test("wrong names, classes and models stay wrong", () => {
  expect(faultsAfterwards({ models: "all" })).toEqual(["spec.models"]);
  expect(faultsAfterwards({ models: ["gpt"] })).toEqual(["spec.models.0"]);
  expect(faultsAfterwards({ models: [{ name: 4 }] })).toEqual(["spec.models.0.name"]);
  expect(faultsAfterwards({ models: [], gatewayClassName: [] })).toEqual(["spec.gatewayClassName"]);
  expect(faultsAfterwards([])).toEqual(["spec"]);
});

test("routes, credentials and limits are not kept", () => {
  const model = { name: "gpt", provider: "openai", auth: { value: "sk-planted" }, rateLimits: { burst: 1 } };
  const metadata = { name: "main", namespace: "a", uid: "1", resourceVersion: "2", labels: { a: "b" } };
  const spec = { gatewayClassName: "shared", models: [model], routes: [{ path: "/chat", targetModel: "gpt" }] };
  const config = { apiVersion: "gateway.example.com/v1", kind: "AIGatewayConfig", metadata, spec };
  expect(coverageOnly(config as FactObject)).toEqual({
    ...config,
    metadata: { name: "main", namespace: "a", uid: "1", resourceVersion: "2" },
    spec: { gatewayClassName: "shared", models: [{ name: "gpt", provider: "openai" }], routes: [] },
  });
});

function answers(index: FactIndex): unknown {
  return [
    ...["", "first", "second", "third", "fourth"].map((name) => [...index.configsOfClass(name)]),
    ...[...MODEL_NAMES, "*"].map((pattern) => Array.from(index.usesOf(pattern), ({ users }) => [...users])),
  ];
}

/** Where what is kept of a configuration is wrong. */
function faultsAfterwards(spec: unknown): readonly string[] {
  const config = { apiVersion: "gateway.example.com/v1", kind: "AIGatewayConfig", metadata: { name: "main" }, spec };
  return shapeFaults(aiGatewayConfig, coverageOnly(config)).map(({ path }) => path.join("."));
}
