import { describe, expect, it } from "vitest";
import type { EffectivePolicy, RateLimitField } from "#policy/effective-policy.ts";
import type { World } from "../../test/support/facts.ts";
import { approvalWith, fromPolicy, modelOperationsFor } from "../../test/support/mutation.ts";

type Numbers = Partial<Record<RateLimitField, number>>;

const at = "/spec/models/0/rateLimits";

function sourced(numbers: Numbers) {
  return Object.fromEntries(Object.entries(numbers).map(([field, value]) => [field, fromPolicy(value)]));
}

function policyWith({ defaults = {}, min = {}, max = {} }: Record<string, Numbers>): Partial<EffectivePolicy> {
  return {
    rateLimits: { min: sourced(min), max: sourced(max) },
    defaults: { labels: new Map(), rateLimits: sourced(defaults), timeouts: {} },
  };
}

/** Provider and credential are settled, so that only rate limits are added. */
function limits(rateLimits: unknown, world: World) {
  const model = { name: "gpt-4o", provider: "openai", ...(rateLimits === undefined ? {} : { rateLimits }) };
  return modelOperationsFor(model, world);
}

describe("default rate limits", () => {
  it("are added in one operation where there are none", () => {
    const policy = policyWith({ defaults: { requestsPerMinute: 600, burst: 60, tokensPerMinute: 9000 } });
    expect(limits(undefined, { policy })).toEqual([
      { op: "add", path: at, value: { requestsPerMinute: 600, burst: 60, tokensPerMinute: 9000 } },
    ]);
  });

  it("join those that are there, whose values stay", () => {
    const policy = policyWith({ defaults: { requestsPerMinute: 600, tokensPerMinute: 9000 } });
    expect(limits({ requestsPerMinute: 5000, key: "Consumer" }, { policy })).toEqual([
      { op: "add", path: `${at}/tokensPerMinute`, value: 9000 },
    ]);
    expect(limits({ requestsPerMinute: null, tokensPerMinute: "many" }, { policy })).toEqual([]);
  });

  it("are kept from rate limits of another shape", () => {
    const policy = policyWith({ defaults: { requestsPerMinute: 600 } });
    for (const rateLimits of [null, [], 600, "600"]) expect(limits(rateLimits, { policy })).toEqual([]);
  });

  it("come from the covering approvals before the policies, from the first by name that offers one", () => {
    const policy = policyWith({ defaults: { requestsPerMinute: 600, burst: 60, tokensPerMinute: 9000 } });
    const approvals = [
      approvalWith({ defaults: { rateLimits: { burst: 20 } } }, "first"),
      approvalWith({ defaults: { rateLimits: { requestsPerMinute: 100, burst: 10 } } }, "second"),
    ];
    expect(limits(undefined, { policy, approvals })).toEqual([
      { op: "add", path: at, value: { requestsPerMinute: 100, burst: 20, tokensPerMinute: 9000 } },
    ]);
  });

  it("are lowered to the tightest maximum of policies and approvals", () => {
    const defaults = { requestsPerMinute: 600, tokensPerMinute: 9000 };
    const policy = policyWith({ defaults, max: { requestsPerMinute: 500, tokensPerMinute: 8000 } });
    const approvals = [
      approvalWith({ limits: { maxRequestsPerMinute: 550, maxTokensPerMinute: 7000 } }, "first"),
      approvalWith({ limits: { maxRequestsPerMinute: 450 } }, "second"),
    ];
    expect(limits(undefined, { policy, approvals })).toEqual([
      { op: "add", path: at, value: { requestsPerMinute: 450, tokensPerMinute: 7000 } },
    ]);
  });

  it("are raised to the least that policies allow, and left out where no value is allowed", () => {
    const raised = policyWith({ defaults: { requestsPerMinute: 10 }, min: { requestsPerMinute: 100 } });
    expect(limits(undefined, { policy: raised })).toEqual([{ op: "add", path: at, value: { requestsPerMinute: 100 } }]);
    const approvals = [approvalWith({ limits: { maxRequestsPerMinute: 50 } })];
    expect(limits(undefined, { policy: raised, approvals })).toEqual([]);
    const exact = [approvalWith({ limits: { maxRequestsPerMinute: 100 } })];
    expect(limits(undefined, { policy: raised, approvals: exact })).toEqual([
      { op: "add", path: at, value: { requestsPerMinute: 100 } },
    ]);
  });

  it("are not made of bounds alone", () => {
    const policy = policyWith({ min: { requestsPerMinute: 1 }, max: { requestsPerMinute: 100 } });
    expect(limits(undefined, { policy })).toEqual([]);
  });
});

describe("a default burst", () => {
  const policy = policyWith({ defaults: { burst: 60 } });

  it("is never above the requests per minute that are given or defaulted", () => {
    expect(limits({ requestsPerMinute: 5 }, { policy })).toEqual([{ op: "add", path: `${at}/burst`, value: 5 }]);
    const both = policyWith({ defaults: { requestsPerMinute: 100, burst: 60 }, max: { requestsPerMinute: 40 } });
    expect(limits({}, { policy: both })).toEqual([
      { op: "add", path: `${at}/requestsPerMinute`, value: 40 },
      { op: "add", path: `${at}/burst`, value: 40 },
    ]);
  });

  it("stands on its own where nobody names requests per minute", () => {
    expect(limits(undefined, { policy })).toEqual([{ op: "add", path: at, value: { burst: 60 } }]);
  });

  it("is left out where the requests per minute are no whole number, or below the least burst", () => {
    for (const requestsPerMinute of ["100", null, 1.5, -1, {}]) {
      expect(limits({ requestsPerMinute }, { policy })).toEqual([]);
    }
    const demanding = policyWith({ defaults: { burst: 60 }, min: { burst: 50 } });
    expect(limits({ requestsPerMinute: 5 }, { policy: demanding })).toEqual([]);
  });
});
