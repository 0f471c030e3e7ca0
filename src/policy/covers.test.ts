import { describe, expect, test } from "vitest";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import type { CoverageContext } from "./coverage.ts";
import { covers } from "./covers.ts";

const NOW = Date.parse("2027-01-01T12:00:00Z");

describe("an approval covers a model", () => {
  const covered: readonly [string, Partial<ApprovedModel["spec"]>, Partial<Model>, Partial<CoverageContext>?][] = [
    ["by its name", {}, {}],
    ["by its upstream id rather than its name", { models: ["gpt-4o-2024"] }, { name: "chat", model: "gpt-4o-2024" }],
    ["by a prefix", { models: ["gpt-*"] }, {}],
    ["by the empty prefix", { models: ["*"] }, {}],
    ["of the same provider", {}, { provider: "openai" }],
    ["when it is deprecated", { lifecycle: { state: "Deprecated" } }, {}],
    ["until it expires", { lifecycle: { state: "Approved", expiresAt: "2027-01-01T12:00:00.001Z" } }, {}],
    ["until it retires", { lifecycle: { state: "Approved", retiresAt: "2027-01-01T13:00:00Z" } }, {}],
    ["of an allowed version", { versions: { allow: ["1", "2"], deny: ["2"] } }, { version: "1" }],
    ["of a version that is not denied", { versions: { deny: ["2"] } }, { version: "1" }],
    ["without a version where some are only denied", { versions: { deny: ["2"] } }, {}],
    ["of an allowed type", { types: ["llm", "embedding"] }, { type: "llm" }],
    ["on an allowed host", { endpoints: { hosts: ["*.openai.com"] } }, { endpoint: "https://API.openai.com/v1" }],
    ["in an allowed region", { regions: ["eu"] }, { region: "eu" }],
    ["with cleared data", { dataClassifications: ["public", "internal"] }, { dataClassification: ["public"] }],
    ["that names no data", { dataClassifications: ["public"] }, {}],
    ["in a namespace that it names", { namespaces: { names: ["team-a"] } }, {}],
    [
      "in a namespace that it names and does not know",
      { namespaces: { names: ["team-a"] } },
      {},
      { namespaceLabels: undefined },
    ],
    ["in a namespace that it selects", { namespaces: { selector: { matchLabels: { env: "prod" } } } }, {}],
    [
      "in a namespace that it selects though it names others",
      { namespaces: { names: ["x"], selector: { matchLabels: { env: "prod" } } } },
      {},
    ],
    ["in any namespace when it says nothing", { namespaces: {} }, {}, { namespaceLabels: undefined }],
    [
      "in any namespace when its selector asks for nothing",
      { namespaces: { selector: {} } },
      {},
      { namespaceLabels: undefined },
    ],
    ["whatever empty groups of constraints it has", { versions: {}, endpoints: {} }, {}],
  ];
  test.each(covered)("%s", (_, approval, model, context) => {
    expect(coverage(approval, model, context)).toEqual({ covered: true });
  });
});

describe("an approval does not cover a model", () => {
  const EXPIRED = "2027-01-01T12:00:00Z";
  const refused: readonly [string, Partial<ApprovedModel["spec"]>, Partial<Model>, object][] = [
    [
      "whose id it does not name",
      { models: ["gpt-5"] },
      {},
      { field: "name", given: "gpt-4o", detail: "must be 'gpt-5'" },
    ],
    [
      "whose upstream id it does not name",
      { models: ["gpt-5"] },
      { name: "gpt-5", model: "x" },
      { field: "model", given: "x" },
    ],
    ["that only ends as its prefix begins", { models: ["4o*"] }, {}, { field: "name" }],
    ["whose id is longer than an exact pattern", { models: ["gpt-4"] }, {}, { field: "name" }],
    [
      "whose id differs in case",
      { models: ["GPT-4o", "GPT*"] },
      {},
      { field: "name", detail: "must be one of 'GPT-4o', 'GPT*'" },
    ],
    [
      "of another provider",
      {},
      { provider: "azure" },
      { field: "provider", given: "azure", detail: "must be 'openai'" },
    ],
    [
      "of another version",
      { versions: { allow: ["1", "2"], deny: ["2"] } },
      { version: "2" },
      { field: "version", given: "2", detail: "must be '1'" },
    ],
    [
      "of a denied version",
      { versions: { deny: ["2", "3"] } },
      { version: "2" },
      { field: "version", kind: "Invalid value", detail: "must not be one of '2', '3'" },
    ],
    [
      "without a version where some are allowed",
      { versions: { allow: ["1"] } },
      {},
      { field: "version", kind: "Required value", detail: "must be given and be '1'" },
    ],
    [
      "of another type",
      { types: ["llm"] },
      { type: "audio" },
      { field: "type", kind: "Unsupported value", given: "audio", detail: "must be 'llm'" },
    ],
    ["without a type", { types: ["llm"] }, {}, { field: "type", kind: "Required value" }],
    [
      "of any type when its list is empty",
      { types: [] },
      { type: "llm" },
      { field: "type", detail: "must be one of an empty list" },
    ],
    [
      "on another host",
      { endpoints: { hosts: ["a.example"] } },
      { endpoint: "https://b.example/?key=secret" },
      { field: "endpoint", given: "b.example", detail: "must have as host 'a.example'" },
    ],
    ["without an endpoint", { endpoints: { hosts: ["a.example"] } }, {}, { field: "endpoint", kind: "Required value" }],
    [
      "on an endpoint that is no URL",
      { endpoints: { hosts: ["a.example"] } },
      { endpoint: "a.example" },
      { field: "endpoint", detail: "must have as host 'a.example'" },
    ],
    [
      "in another region",
      { regions: ["eu", "uk"] },
      { region: "us" },
      { field: "region", given: "us", detail: "must be one of 'eu', 'uk'" },
    ],
    ["without a region", { regions: ["eu"] }, {}, { field: "region", kind: "Required value" }],
    [
      "with data that is not cleared",
      { dataClassifications: ["public"] },
      { dataClassification: ["public", "secret"] },
      { field: "dataClassification", given: "secret", detail: "must hold nothing but 'public'" },
    ],
    [
      "in a namespace that it does not name",
      { namespaces: { names: ["team-b"] } },
      {},
      {
        field: "name",
        kind: "Forbidden",
        detail: "must not be used in namespace 'team-a'; approved for namespaces 'team-b'",
      },
    ],
    [
      "in a namespace that it does not select",
      { namespaces: { selector: { matchLabels: { env: "dev" } } } },
      {},
      { field: "name" },
    ],
    [
      "that is only proposed",
      { lifecycle: { state: "Proposed", replacement: "gpt-5" } },
      {},
      {
        field: "name",
        kind: "Forbidden",
        given: "gpt-4o",
        detail: "must be approved, but the approval is only Proposed",
      },
    ],
    [
      "that is retired",
      { lifecycle: { state: "Retired", replacement: "gpt-5" } },
      {},
      { detail: "must be approved, but the approval is Retired; use 'gpt-5' instead" },
    ],
    [
      "from the moment that it expires",
      { lifecycle: { state: "Approved", expiresAt: EXPIRED } },
      {},
      { detail: `must be approved, but the approval expired at ${EXPIRED}` },
    ],
    [
      "from the moment that it retires",
      { lifecycle: { state: "Deprecated", retiresAt: EXPIRED, replacement: "gpt-5" } },
      {},
      { detail: `must be approved, but the model retired at ${EXPIRED}; use 'gpt-5' instead` },
    ],
    ["when nobody can read its end", { lifecycle: { state: "Approved", expiresAt: "soon" } }, {}, { field: "name" }],
  ];
  test.each(refused)("%s", (_, approval, model, refusal) => {
    expect(coverage(approval, model)).toMatchObject({ covered: false, refusals: [refusal] });
  });

  test("in an unknown namespace that only its labels could select", () => {
    const approval = { namespaces: { selector: { matchLabels: { env: "prod" } } } };
    expect(coverage(approval, {}, { namespaceLabels: undefined }).covered).toBe(false);
  });
});

test("every unmet condition is told, the most basic one first", () => {
  const approval = { types: ["llm"], regions: ["eu"], lifecycle: { state: "Retired" as const } };
  expect(coverage(approval, { provider: "azure", region: "us" })).toMatchObject({
    refusals: [{ field: "provider" }, { field: "type" }, { field: "region" }, { field: "name" }],
    conditionsMet: 1,
  });
});

test("a long list is cut, with a count of the rest", () => {
  const regions = Array.from({ length: 11 }, (_, index) => `r${index}`);
  expect(coverage({ regions }, { region: "us" })).toMatchObject({
    refusals: [{ detail: "must be one of 'r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7' and 3 more" }],
  });
});

function coverage(spec: Partial<ApprovedModel["spec"]>, model: Partial<Model>, context: Partial<CoverageContext> = {}) {
  const approval: ApprovedModel = {
    apiVersion: "gateway.example.com/v1",
    kind: "ApprovedModel",
    metadata: { name: "openai" },
    spec: { provider: "openai", models: ["gpt-4o"], lifecycle: { state: "Approved" }, ...spec },
  };
  const place = { namespace: "team-a", namespaceLabels: { env: "prod" }, now: NOW };
  return covers(approval, { name: "gpt-4o", ...model }, { ...place, ...context });
}
