import { describe, expect, test } from "vitest";
import { FactIndex } from "#policy/fact-index.ts";
import type { DirectoryDocument } from "#source/object-directory.ts";
import { parseDocuments } from "#source/parse-documents.ts";
import { FileFacts } from "./file-facts.ts";

const CLASS = "apiVersion: gateway.example.com/v1\nkind: AIGatewayClass\nmetadata: {name: shared}\nspec: {}\n";
const POLICY =
  "apiVersion: gateway.example.com/v1\nkind: AIGatewayPolicy\nmetadata: {name: team}\nspec:\n  mode: Enforce\n";

function documentsOf(files: Readonly<Record<string, string>>): readonly DirectoryDocument[] {
  return Object.entries(files).flatMap(([file, text]) =>
    parseDocuments(text).map((document) => ({ ...document, file })),
  );
}

function accept(facts: FactIndex, files: Readonly<Record<string, string>>): readonly string[] {
  return new FileFacts(facts)
    .accept(documentsOf(files))
    .map(({ file, line, column, reason }) => `${file}:${line}:${column}: ${reason}`);
}

test("facts take the place of all that were there, with the schema's defaults", () => {
  const facts = new FactIndex();
  const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: space, labels: {team: a}}\n";
  expect(accept(facts, { "a.yaml": `${CLASS}---\n${POLICY}`, "b.yaml": namespace })).toEqual([]);
  expect(facts.gatewayClass("shared")?.spec.adapter).toBe("json");
  expect(facts.namespaceLabels("space")).toMatchObject({ team: "a" });
  expect(facts.effectivePolicy({ namespace: "space", name: "" }, 0).policies).toEqual(["team"]);
  expect(accept(facts, { "a.yaml": POLICY })).toEqual([]);
  expect(facts.gatewayClass("shared")).toBeUndefined();
  expect(facts.namespaceLabels("space")).toBeUndefined();
});

test("kinds that are no facts are left alone", () => {
  expect(accept(new FactIndex(), { "a.yaml": "apiVersion: v1\nkind: ConfigMap\n" })).toEqual([]);
});

const MODEL = "apiVersion: gateway.example.com/v1\nkind: ModelConfig\nmetadata: {name: gpt, namespace: space}\nspec:\n";

test("what teams store is a fact for others, in kubectl's namespace where it names none, the last form of a name", () => {
  const facts = new FactIndex();
  const files = {
    "base.yaml": `${MODEL}  type: llm\n---\n${MODEL.replace(", namespace: space", "")}  type: audio\n`,
    "overlay.yaml": `${MODEL}  type: embedding\n`,
  };
  expect(accept(facts, files)).toEqual([]);
  expect(facts.objectsIn("space").get("ModelConfig", "gpt")?.spec.type).toBe("embedding");
  expect(facts.objectsIn("default").get("ModelConfig", "gpt")?.spec.type).toBe("audio");
});

test.each([
  ["of a wrong shape", `${MODEL}  type: 4\n`],
  ["without a spec", MODEL],
  ["without a name", `${MODEL.replace("name: gpt, ", "")}  type: llm\n`],
  ["of another version", `${MODEL.replace("/v1", "/v9")}  type: llm\n`],
])("but not what the API server would refuse: an object %s", (_, document) => {
  const facts = new FactIndex();
  expect(accept(facts, { "a.yaml": `${CLASS}---\n${document}` })).toEqual([]);
  expect([...facts.objectsIn("space").names("ModelConfig")]).toEqual([]);
  expect(facts.gatewayClass("shared")).toBeDefined();
});

describe("beside the facts in force", () => {
  const [index, text] = [new FactIndex(), `${MODEL}  type: llm\n---\n${CLASS.replace("shared", "other")}`];
  const files = new FileFacts(index);
  files.accept(documentsOf({ "a.yaml": CLASS, "b.yaml": `${MODEL}  type: audio\n` }));

  test("the documents of a text are facts for one another, and for nobody afterwards", () => {
    const lookup = files.with(parseDocuments(text));
    expect(lookup.objectsIn("space").get("ModelConfig", "gpt")?.spec.type).toBe("llm");
    expect([...lookup.classNames()]).toEqual(["shared", "other"]);
    expect(index.objectsIn("space").get("ModelConfig", "gpt")?.spec.type).toBe("audio");
    expect([...index.classNames()]).toEqual(["shared"]);
  });

  test("a faulty policy of a text is no fact, and leaves those in force alone", () => {
    const lookup = files.with(parseDocuments(`${POLICY}  rateLimits: {max: {burst: many}}\n---\n${text}`));
    expect(lookup.effectivePolicy({ namespace: "space", name: "" }, 0).policies).toEqual([]);
    expect([...lookup.classNames()]).toEqual(["shared", "other"]);
  });

  test("nothing is built anew for a document alone, or for none that is a fact", () => {
    expect(files.with(parseDocuments(`${MODEL}  type: llm\n`))).toBe(index);
    expect(files.with(parseDocuments("kind: a\n---\nkind: b\n"))).toBe(index);
  });
});

test.each<[string, Readonly<Record<string, string>>, RegExp]>([
  [
    "a wrong shape",
    { "a.yaml": `${POLICY}  rateLimits:\n    max: {burst: many}\n` },
    /^a\.yaml:7:11: spec\.rateLimits\.max\.burst: /,
  ],
  ["an unknown field", { "a.yaml": `${POLICY}  rateLimit: {}\n` }, /^a\.yaml:6:3: unknown field 'spec\.rateLimit'$/],
  [
    "an unknown kind",
    { "a.yaml": CLASS.replace("Class", "Clas") },
    /^a\.yaml:2:1: no kind 'AIGatewayClas' in .*did you mean 'AIGatewayClass'\?$/,
  ],
  [
    "an action for a rule that does not exist",
    { "a.yaml": `${POLICY}  rules:\n    unaproved-model: Deny\n` },
    /^a\.yaml:7:5: spec\.rules\.unaproved-model: Not found: "unaproved-model": must be the id of a rule; did you mean 'unapproved-model'\? \(unknown-rule\)$/,
  ],
  [
    "an exception from a rule that does not exist",
    { "a.yaml": `${POLICY}  exceptions:\n    - {rules: [nope], reason: x, expiresAt: "2030-01-01T00:00:00Z"}\n` },
    /^a\.yaml:7:16: spec\.exceptions\[0\]\.rules\[0\]: Not found: "nope": must be the id of a rule; `gatehouse rules` lists them \(unknown-rule\)$/,
  ],
  ["no name", { "a.yaml": CLASS.replace("name: shared", "") }, /^a\.yaml:3:1: must have metadata\.name$/],
  ["no object", { "a.yaml": "words" }, /^a\.yaml:1:1: must have apiVersion and kind$/],
  [
    "labels that are no texts",
    { "a.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: space, labels: {a: 1}}" },
    /^a\.yaml:3:25: labels/,
  ],
  [
    "the same object twice",
    { "a.yaml": CLASS, "b.yaml": CLASS },
    /^b\.yaml:3:12: AIGatewayClass 'shared' is already in a\.yaml$/,
  ],
])("%s is a fault with its place, and nothing is taken over", (_, files, fault) => {
  const facts = new FactIndex();
  expect(accept(facts, { "z.yaml": CLASS.replace("shared", "before") })).toEqual([]);
  const faults = accept(facts, files);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(fault);
  expect(facts.gatewayClass("before")).toBeDefined();
});
