import { describe, expect, it } from "vitest";
import { COVERAGE_FIELDS } from "#policy/coverage.ts";
import type { EffectivePolicy } from "#policy/effective-policy.ts";
import { NOW, type World } from "../../test/support/facts.ts";
import { approvalWith, fromPolicy, modelOperationsFor } from "../../test/support/mutation.ts";

const at = "/spec/models/0";

const inOneDay = new Date(NOW + 86_400_000).toISOString();

function withTimeouts(timeouts: EffectivePolicy["defaults"]["timeouts"]): Partial<EffectivePolicy> {
  return { defaults: { labels: new Map(), rateLimits: {}, timeouts } };
}

describe("the default provider", () => {
  it("is filled in when every approval that covers the model names the same", () => {
    const approvals = [approvalWith({}, "first"), approvalWith({}, "second")];
    expect(modelOperationsFor({ name: "gpt-4o" }, { approvals })).toEqual([
      { op: "add", path: `${at}/provider`, value: "openai" },
    ]);
  });

  it("is left out when approvals disagree or none covers the model", () => {
    const disagreeing = [approvalWith({}, "first"), approvalWith({ provider: "azure" }, "second")];
    expect(modelOperationsFor({ name: "gpt-4o" }, { approvals: disagreeing })).toEqual([]);
    expect(modelOperationsFor({ name: "claude" }, { approvals: [approvalWith()] })).toEqual([]);
    const proposed = [approvalWith({ lifecycle: { state: "Proposed" } })];
    expect(modelOperationsFor({ name: "gpt-4o" }, { approvals: proposed })).toEqual([]);
  });

  it("goes by the upstream id where one is given", () => {
    const approvals = [approvalWith()];
    expect(modelOperationsFor({ name: "chat", model: "gpt-4o" }, { approvals })).toHaveLength(1);
    expect(modelOperationsFor({ name: "gpt-4o", model: "other" }, { approvals })).toEqual([]);
  });

  it("goes by the time of the review", () => {
    const approvals = [approvalWith({ lifecycle: { state: "Approved", expiresAt: inOneDay } })];
    expect(modelOperationsFor({ name: "gpt-4o" }, { approvals })).toHaveLength(1);
    expect(modelOperationsFor({ name: "gpt-4o" }, { approvals, now: NOW + 2 * 86_400_000 })).toEqual([]);
  });

  it("leaves a provider that is there, whatever it is", () => {
    for (const provider of ["azure", "", null, 1, []]) {
      expect(modelOperationsFor({ name: "gpt-4o", provider }, { approvals: [approvalWith()] })).toEqual([]);
    }
  });
});

describe("default timeouts", () => {
  it("come from the covering approvals before the policies", () => {
    const policy = withTimeouts({ request: fromPolicy("60s"), streamIdle: fromPolicy("10s") });
    const approvals = [approvalWith({ defaults: { timeouts: { request: "30s" } } })];
    expect(modelOperationsFor({ name: "gpt-4o", provider: "openai" }, { approvals, policy })).toEqual([
      { op: "add", path: `${at}/timeouts`, value: { request: "30s", streamIdle: "10s" } },
    ]);
  });

  it("come from the first approval by name that offers one", () => {
    const approvals = [
      approvalWith({ defaults: { timeouts: { streamIdle: "1s" } } }, "first"),
      approvalWith({ defaults: { timeouts: { request: "30s", streamIdle: "2s" } } }, "second"),
    ];
    expect(modelOperationsFor({ name: "gpt-4o", provider: "openai" }, { approvals })).toEqual([
      { op: "add", path: `${at}/timeouts`, value: { request: "30s", streamIdle: "1s" } },
    ]);
  });

  it("join the timeout that is there, whose value stays", () => {
    const policy = withTimeouts({ request: fromPolicy("60s"), streamIdle: fromPolicy("10s") });
    expect(modelOperationsFor({ name: "gpt-4o", timeouts: { request: 5 } }, { policy })).toEqual([
      { op: "add", path: `${at}/timeouts/streamIdle`, value: "10s" },
    ]);
    expect(modelOperationsFor({ name: "gpt-4o", timeouts: null }, { policy })).toEqual([]);
  });
});

describe("an item that gets nothing", () => {
  const world: World = {
    policy: withTimeouts({ request: fromPolicy("60s") }),
    approvals: [approvalWith({ defaults: { timeouts: { streamIdle: "10s" } } })],
  };

  it("is a model that is written elsewhere", () => {
    expect(modelOperationsFor({ name: "gpt-4o", modelRef: { name: "shared" } }, world)).toEqual([]);
    expect(modelOperationsFor({ name: "gpt-4o", modelRef: null }, world)).toEqual([]);
  });

  it("is one without a name, or no object at all", () => {
    for (const item of [{}, { name: 4 }, [], ["gpt-4o"]]) expect(modelOperationsFor(item, world)).toEqual([]);
  });
});

describe("a model with a field of another shape", () => {
  it("is covered by no approval, and gets the policies' defaults", () => {
    const policy = withTimeouts({ request: fromPolicy("60s") });
    for (const field of COVERAGE_FIELDS.filter((field) => field !== "name")) {
      const model = { name: "gpt-4o", model: "gpt-4o", [field]: { not: "its shape" } };
      expect(modelOperationsFor(model, { policy, approvals: [approvalWith({ models: ["*"] })] })).toEqual([
        { op: "add", path: `${at}/timeouts`, value: { request: "60s" } },
      ]);
    }
  });
});
