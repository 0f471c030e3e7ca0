import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CommandContext } from "./command.ts";
import type { EffectiveReport } from "./policy/effective-report.ts";
import { policy } from "./policy.ts";

const POLICIES = `
apiVersion: v1
kind: Namespace
metadata: { name: team-a, labels: { tier: production } }
---
apiVersion: gateway.example.com/v1
kind: AIGatewayPolicy
metadata: { name: strict }
spec:
  mode: Enforce
  namespaceSelector: { matchLabels: { tier: production } }
  rules: { unapproved-model: Deny }
  rateLimits: { required: true, max: { requestsPerMinute: 600 } }
  endpoints: { allowHTTP: false, allowedHosts: [api.openai.com, "*.openai.azure.com"] }
  requiredLabels: [{ key: team }, { key: cost-centre, values: ["1", "2"] }]
  defaults: { labels: { managed-by: platform }, rateLimits: { requestsPerMinute: 900 }, timeouts: { request: 60s } }
  exceptions:
    - { names: [other], rules: [in-use], reason: not for main, expiresAt: "2099-01-01T00:00:00Z" }
    - { names: [main], rules: [inline-credential], reason: "migration, TICKET-7", expiresAt: "2099-01-01T00:00:00Z" }
    - { names: [main], rules: [unapproved-model], reason: trial, expiresAt: "2020-01-01T00:00:00Z" }
---
apiVersion: gateway.example.com/v1
kind: AIGatewayPolicy
metadata: { name: generous }
spec: { mode: Enforce, rateLimits: { max: { requestsPerMinute: 6000, burst: 60 } }, rules: { unapproved-model: Warn } }
---
apiVersion: gateway.example.com/v1
kind: AIGatewayPolicy
metadata: { name: candidate }
spec: { mode: Audit, rateLimits: { max: { burst: 6 } }, rules: { endpoint-path: Deny } }
`;

let directory = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gatehouse-policy-"));
  await writeFile(join(directory, "policies.yaml"), POLICIES);
});

afterAll(() => rm(directory, { recursive: true }));

async function printed(...words: readonly string[]): Promise<string> {
  let text = "";
  const context = { print: (more: string) => void (text += more) } as CommandContext;
  await policy.run([...words, "--policy", directory], context);
  return text;
}

async function report(...words: readonly string[]): Promise<EffectiveReport> {
  return JSON.parse(await printed("effective", "--output", "json", ...words)) as EffectiveReport;
}

function said({ settings }: Pick<EffectiveReport, "settings">, setting: string) {
  return settings.filter((one) => one.setting === setting).map(({ value, source, field }) => [value, source, field]);
}

describe("gatehouse policy effective", () => {
  test("names for each setting the value in force, the policy and the field", async () => {
    const effective = await report("-n", "team-a", "--name", "main");
    expect(effective).toMatchObject({
      namespace: "team-a",
      name: "main",
      isKnown: true,
      policies: ["generous", "strict"],
    });
    expect(said(effective, "rules.unapproved-model")).toEqual([
      ["Deny", "policy strict", "spec.rules.unapproved-model"],
    ]);
    expect(said(effective, "rules.endpoint-path")).toEqual([["Warn", "built-in", undefined]]);
    expect(said(effective, "rules.inline-credential")).toEqual([["Audit", "policy strict", "spec.exceptions[1]"]]);
    expect(said(effective, "rateLimits.required")).toEqual([[true, "policy strict", "spec.rateLimits.required"]]);
    expect(said(effective, "rateLimits.max.requestsPerMinute")).toEqual([
      [600, "policy strict", "spec.rateLimits.max.requestsPerMinute"],
    ]);
    expect(said(effective, "rateLimits.max.burst")).toEqual([[60, "policy generous", "spec.rateLimits.max.burst"]]);
    expect(said(effective, "endpoints.allowHTTP")).toEqual([[false, "policy strict", "spec.endpoints.allowHTTP"]]);
    expect(said(effective, "endpoints.allowPrivate")).toEqual([[false, "built-in", undefined]]);
    expect(said(effective, "endpoints.allowedHosts")).toEqual([
      [["api.openai.com", "*.openai.azure.com"], "policy strict", "spec.endpoints.allowedHosts"],
    ]);
    expect(said(effective, "requiredLabels[cost-centre]")).toEqual([
      [["1", "2"], "policy strict", "spec.requiredLabels[cost-centre]"],
    ]);
    expect(said(effective, "defaults.labels[managed-by]")).toEqual([
      ["platform", "policy strict", "spec.defaults.labels[managed-by]"],
    ]);
    expect(said(effective, "defaults.timeouts.request")).toEqual([
      ["60s", "policy strict", "spec.defaults.timeouts.request"],
    ]);
    // Lowered to the maximum, which is then what asks for it.
    expect(said(effective, "defaults.rateLimits.requestsPerMinute")).toEqual([
      [600, "policy strict", "spec.rateLimits.max.requestsPerMinute"],
    ]);
  });

  test("tells the exceptions for the object apart, in force and ended", async () => {
    const exception = {
      policy: "strict",
      field: "spec.exceptions[1]",
      rules: ["inline-credential"],
      reason: "migration, TICKET-7",
      expiresAt: "2099-01-01T00:00:00Z",
    };
    expect(await report("-n", "team-a", "--name", "main")).toMatchObject({
      exceptions: [exception],
      endedExceptions: [
        { policy: "strict", field: "spec.exceptions[2]", rules: ["unapproved-model"], reason: "trial" },
      ],
    });
    const others = await report("-n", "team-a");
    expect(others).toMatchObject({ exceptions: [], endedExceptions: [] });
    expect(said(others, "rules.inline-credential")).toEqual([["Warn", "built-in", undefined]]);
  });

  test("tells apart what a policy in Audit would change", async () => {
    const { audit, settings } = await report("-n", "team-a");
    expect(said({ settings }, "rateLimits.max.burst")).toEqual([[60, "policy generous", "spec.rateLimits.max.burst"]]);
    expect(audit).toEqual([
      {
        policy: "candidate",
        settings: [
          {
            setting: "rules.endpoint-path",
            value: "Deny",
            source: "policy candidate",
            field: "spec.rules.endpoint-path",
          },
          { setting: "rateLimits.max.burst", value: 6, source: "policy candidate", field: "spec.rateLimits.max.burst" },
        ],
      },
    ]);
  });

  test("says where the labels of a namespace are not known", async () => {
    expect(await report("-n", "elsewhere")).toMatchObject({ isKnown: false, policies: ["generous", "strict"] });
    expect(await printed("effective", "-n", "elsewhere")).toMatch(/its labels are not known/);
  });

  test("tells a person the same, in a table", async () => {
    const text = await printed("effective", "-n", "team-a", "--name", "main");
    expect(text).toMatch(/^object main in namespace team-a: policies generous, strict\n\n/);
    expect(text).toMatch(/^rules\.unapproved-model +Deny +policy strict, spec\.rules\.unapproved-model$/m);
    expect(text).toMatch(/^rules\.endpoint-path +Warn +built-in$/m);
    expect(text).toMatch(
      /^exceptions in force:\n {2}inline-credential until 2099-01-01T00:00:00Z \(policy strict, spec\.exceptions\[1\]\): migration, TICKET-7$/m,
    );
    expect(text).toMatch(
      /^policy candidate is in Audit, and in Enforce would change:\nrules\.endpoint-path +Deny +policy candidate/m,
    );
  });

  test.each([
    [["effectiv"], /the question must be 'effective', not 'effectiv'; did you mean 'effective'\?/],
    [[], /the question must be 'effective'$/],
    [["effective", "-n", "Team_A"], /'Team_A' is no name of a namespace/],
  ])("refuses %j", async (words, message) => {
    await expect(Promise.resolve().then(() => printed(...words))).rejects.toThrow(message);
  });
});
