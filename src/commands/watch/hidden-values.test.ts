import { expect, test } from "vitest";
import { fieldChanges } from "./field-changes.ts";
import { pathText } from "./field-path.ts";
import { withoutSecrets } from "./hidden-values.ts";

const SECRETS = { group: "", plural: "secrets" };
const CONFIGS = { group: "gateway.example.com", plural: "aigatewayconfigs" };

function shown(type: typeof SECRETS, old: unknown, current: unknown): readonly unknown[] {
  return withoutSecrets(type, fieldChanges(old, current)).map((change) => [
    pathText(change.path),
    change.old,
    change.new,
  ]);
}

test.each<[string, object, object, readonly unknown[]]>([
  ["a value", { data: { a: "eA==" } }, { data: { a: "eQ==" } }, ["data.a", "(hidden)", "(hidden)"]],
  ["a key that came", {}, { data: { a: "eA==" } }, ["data.a", undefined, "(hidden)"]],
  ["a key that went", { stringData: { a: "x" } }, {}, ["stringData.a", "(hidden)", undefined]],
  ["data that are no object", { data: "x" }, { data: null }, ["data", "(hidden)", "(hidden)"]],
  [
    "an annotation",
    { metadata: { annotations: { applied: "{}" } } },
    { metadata: { annotations: { applied: '{"data":1}' } } },
    ["metadata.annotations.applied", "(hidden)", "(hidden)"],
  ],
])("never shows of a Secret %s", (_, old, current, expected) => {
  expect(shown(SECRETS, old, current)).toEqual([expected]);
});

test("shows the rest of a Secret", () => {
  const [old, current] = [{ type: "Opaque", metadata: { labels: { a: "1" } } }, { metadata: { labels: { a: "2" } } }];
  expect(shown(SECRETS, old, current)).toEqual([
    ["type", "Opaque", undefined],
    ["metadata.labels.a", "1", "2"],
  ]);
});

test("never shows a credential of a ModelConfig", () => {
  const models = { group: "gateway.example.com", plural: "modelconfigs" };
  const [old, current] = [{ spec: { auth: { value: "one" } } }, { spec: { auth: { value: "two" } } }];
  expect(shown(models, old, current)).toEqual([["spec.auth.value", "(hidden)", "(hidden)"]]);
});

function config(value: string): object {
  return { spec: { models: [{ name: "chat", auth: { value } }] } };
}

test("never shows a credential written into an AIGatewayConfig", () => {
  expect(shown(CONFIGS, config("sk-1"), config("sk-2"))).toEqual([
    ["spec.models[chat].auth.value", "(hidden)", "(hidden)"],
  ]);
});

test("shows what other kinds call data", () => {
  const configMaps = { group: "", plural: "configmaps" };
  expect(shown(configMaps, { data: { a: "x" } }, { data: { a: "y" } })).toEqual([["data.a", "x", "y"]]);
});
