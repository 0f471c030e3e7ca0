import { expect, it } from "vitest";
import type { PromptTemplate } from "#api/kinds/prompt-template.ts";
import { factsFor, findingsOf } from "../../../test/support/facts.ts";
import { templateVariables } from "./template-variables.ts";

function find(variables: readonly string[], ...contents: readonly string[]) {
  const object: PromptTemplate = {
    apiVersion: "gateway.example.com/v1",
    kind: "PromptTemplate",
    metadata: { name: "support", namespace: "team-a" },
    spec: {
      variables: variables.map((name) => ({ name })),
      messages: contents.map((content) => ({ role: "user", content })),
    },
  };
  return findingsOf(templateVariables, factsFor({ object })).map(({ at, detail }) => [at.join("."), detail]);
}

it("holds where each variable is declared and used, in whatever message and with whatever space", () => {
  expect(find(["a", "b"], "{{a}} {{ b }}", "{{\tb\n}}{{a}}")).toEqual([]);
  expect(find([], "single {braces} and { {these} }")).toEqual([]);
});

it("finds a declared name only where it is used by that very spelling", () => {
  expect(find(["tone"], "{{Tone}}").map(([at]) => at)).toEqual(["messages.0.content", "variables.0.name"]);
});

it("tells each message once, however many names it makes up", () => {
  const many = Array.from({ length: 5000 }, (_, index) => `{{v${index}}}`).join("");
  expect(find([], many, "{{x}}")).toEqual([
    [
      "messages.0.content",
      "must use only variables that `variables` declares, not 'v0', 'v1', 'v2', 'v3', 'v4' and 4995 more",
    ],
    ["messages.1.content", "must use only variables that `variables` declares, not 'x'"],
  ]);
});

it("reads a message of open braces in one pass", () => {
  expect(find([], "{{".repeat(32_768), "{{{a}}}").map(([at]) => at)).toEqual(["messages.1.content"]);
});
