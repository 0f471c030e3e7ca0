import { expect, test } from "vitest";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { mergePolicies } from "./merge-policies.ts";
import { modelDefaults, tightestLimits } from "./model-settings.ts";
import { opinionOf, type PolicySpec } from "./opinion.ts";

test("of several approvals the tightest limit holds, the first by name among equal ones", () => {
  const covering = [
    approval("a", { limits: { maxRequestsPerMinute: 500, maxBurst: 10, maxOutputTokens: 4000 } }),
    approval("b", { limits: { maxRequestsPerMinute: 100, maxBurst: 10 } }),
    approval("c", {}),
  ];
  expect(tightestLimits(covering)).toEqual({
    rateLimits: {
      requestsPerMinute: { value: 100, source: "approval b" },
      burst: { value: 10, source: "approval a" },
    },
    maxOutputTokens: { value: 4000, source: "approval a" },
  });
});

test("without an approval nothing is limited", () => {
  expect(tightestLimits([])).toEqual({ rateLimits: {} });
});

test("approvals' defaults come before policies', field by field", () => {
  const policy = effective({
    defaults: {
      rateLimits: { requestsPerMinute: 60, tokensPerMinute: 900 },
      timeouts: { request: "30s", streamIdle: "5s" },
    },
  });
  const covering = [
    approval("a", { defaults: { rateLimits: { burst: 5 } } }),
    approval("b", { defaults: { rateLimits: { burst: 7, requestsPerMinute: 80 }, timeouts: { request: "10s" } } }),
  ];
  expect(modelDefaults(policy, covering)).toEqual({
    rateLimits: {
      requestsPerMinute: { value: 80, source: "approval b" },
      burst: { value: 5, source: "approval a" },
      tokensPerMinute: { value: 900, source: "policy team" },
    },
    timeouts: {
      request: { value: "10s", source: "approval b" },
      streamIdle: { value: "5s", source: "policy team" },
    },
  });
});

test("no default is above what a policy or an approval allows", () => {
  const policy = effective({
    defaults: { rateLimits: { tokensPerMinute: 900 } },
    rateLimits: { max: { requestsPerMinute: 50 } },
  });
  const covering = [
    approval("a", { defaults: { rateLimits: { requestsPerMinute: 80, burst: 9 } } }),
    approval("b", { limits: { maxBurst: 3, maxTokensPerMinute: 100 } }),
  ];
  expect(modelDefaults(policy, covering).rateLimits).toEqual({
    requestsPerMinute: { value: 50, source: "policy team" },
    burst: { value: 3, source: "approval b" },
    tokensPerMinute: { value: 100, source: "approval b" },
  });
});

function effective(spec: Partial<PolicySpec>) {
  return mergePolicies([opinionOf("team", { mode: "Enforce", ...spec }, new Set())], []);
}

function approval(name: string, spec: Partial<ApprovedModel["spec"]>): ApprovedModel {
  return {
    apiVersion: "gateway.example.com/v1",
    kind: "ApprovedModel",
    metadata: { name },
    spec: { provider: "openai", models: ["gpt-4o"], lifecycle: { state: "Approved" }, ...spec },
  };
}
