import { expect, test } from "vitest";
import type { Model } from "#api/kinds/model.ts";
import { ModelUseIndex } from "./model-use-index.ts";

const USER = { kind: "AIGatewayConfig", namespace: "team-a", name: "main" } as const;
const OTHER = { kind: "ModelConfig", namespace: "team-b", name: "main" } as const;

const BASE: Model = { name: "gpt", provider: "openai", endpoint: "https://api.openai.example/v1" };

test.each<[string, Partial<Model>]>([
  ["id", { model: "gpt-4o" }],
  ["provider", { provider: "azure" }],
  ["type", { type: "llm" }],
  ["host", { endpoint: "https://eu.openai.example/v1" }],
  ["region", { region: "eu-west-1" }],
  ["version", { version: "v2" }],
  ["class of data", { dataClassification: ["restricted"] }],
])("a model with another %s is another use", (_, difference) => {
  const index = new ModelUseIndex();
  index.add(USER, BASE);
  index.add(OTHER, { ...BASE, ...difference });
  expect(Array.from(index.matching("*"), ({ users }) => [...users])).toEqual([[USER], [OTHER]]);
});

test("models that every approval judges alike are one use", () => {
  const index = new ModelUseIndex();
  index.add(USER, BASE);
  index.add(OTHER, { ...BASE, name: "main", model: "gpt", endpoint: "https://api.openai.example/team-b", auth: {} });
  expect(Array.from(index.matching("gpt"), ({ users }) => [...users])).toEqual([[USER, OTHER]]);
});

test("nothing is kept of a use when its last user is gone", () => {
  const index = new ModelUseIndex();
  for (const user of [USER, OTHER]) index.add(user, BASE);
  index.delete(USER, BASE);
  expect(Array.from(index.matching("g*"), ({ users }) => [...users])).toEqual([[OTHER]]);
  index.delete(OTHER, BASE);
  index.delete(OTHER, BASE);
  expect([...index.matching("*")]).toEqual([]);
});
