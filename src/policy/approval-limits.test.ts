import { expect, test } from "vitest";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { tightestLimits } from "./approval-limits.ts";

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

function approval(name: string, spec: Partial<ApprovedModel["spec"]>): ApprovedModel {
  return {
    apiVersion: "gateway.example.com/v1",
    kind: "ApprovedModel",
    metadata: { name },
    spec: { provider: "openai", models: ["gpt-4o"], lifecycle: { state: "Approved" }, ...spec },
  };
}
