import { describe, expect, it } from "vitest";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { Model } from "#api/kinds/model.ts";
import type { EffectivePolicy } from "#policy/effective-policy.ts";
import { configWith, factsFor, findingsOf } from "../../../test/support/facts.ts";
import { HOLDS } from "../rule.ts";
import { rateLimitBounds } from "./rate-limit-bounds.ts";

type Limits = NonNullable<Model["rateLimits"]>;

const by = (value: number) => ({ value, source: "policy team-defaults" });

function approval(limits: ApprovedModel["spec"]["limits"], name = "openai"): ApprovedModel {
  const spec = { provider: "openai", models: ["gpt"], lifecycle: { state: "Approved" as const } };
  const [apiVersion, kind] = ["gateway.example.com/v1", "ApprovedModel"];
  return { apiVersion, kind, metadata: { name }, spec: limits ? { ...spec, limits } : spec };
}

interface World {
  readonly bounds?: Partial<EffectivePolicy["rateLimits"]>;
  readonly approvals?: readonly ApprovedModel[];
}

function findIn(model: Partial<Model>, { bounds, approvals = [] }: World) {
  const object = configWith({ models: [{ name: "gpt", ...model }] });
  const facts = factsFor({ object, approvals, policy: { rateLimits: { min: {}, max: {}, ...bounds } } });
  return findingsOf(rateLimitBounds, facts).map(({ part: _part, ...finding }) => finding);
}

const find = (rateLimits: Limits, world: World = {}) => findIn({ rateLimits }, world);

describe("rate-limit-bounds", () => {
  it("holds for limits on the bounds, for absent ones, and where nobody set bounds", () => {
    const bounds = { min: { requestsPerMinute: by(10) }, max: { requestsPerMinute: by(600), burst: by(60) } };
    expect(find({ requestsPerMinute: 600, burst: 60 }, { bounds })).toEqual([]);
    expect(find({ requestsPerMinute: 10 }, { bounds })).toEqual([]);
    expect(findIn({}, { bounds })).toEqual([]);
    expect(find({ requestsPerMinute: 1_000_000, tokensPerMinute: 1 })).toEqual([]);
    const facts = factsFor({ object: configWith({ models: [{ name: "gpt", rateLimits: { requestsPerMinute: 1 } }] }) });
    const [model] = facts.owner.models;
    expect(model && rateLimitBounds.judges.model?.(model, facts)).toBe(HOLDS);
  });

  it("does not judge a model that a ModelConfig describes", () => {
    const bounds = { required: { value: true, source: "policy x" } as const };
    expect(findIn({ modelRef: { name: "shared" } }, { bounds })).toEqual([]);
  });

  it.each(["requestsPerMinute", "burst", "tokensPerMinute"] as const)(
    "finds %s outside the bounds of policies",
    (field) => {
      const bounds = { min: { [field]: by(10) }, max: { [field]: by(6000) } };
      const read = [["rateLimits", field]];
      expect(find({ [field]: 90_000 }, { bounds })).toEqual([
        {
          at: ["rateLimits", field],
          kind: "Invalid value",
          value: 90_000,
          detail: "must be less than or equal to 6000",
          source: "policy team-defaults",
          sourceField: `spec.rateLimits.max.${field}`,
          read,
        },
      ]);
      expect(find({ [field]: 9 }, { bounds })).toMatchObject([
        { value: 9, detail: "must be greater than or equal to 10", sourceField: `spec.rateLimits.min.${field}`, read },
      ]);
    },
  );

  it("finds limits above those of the approvals, and then reads what they rest on", () => {
    const approvals = [approval({ maxRequestsPerMinute: 500, maxBurst: 50, maxTokensPerMinute: 5000 })];
    const found = find({ requestsPerMinute: 501, burst: 51, tokensPerMinute: 5001 }, { approvals });
    expect(found.map(({ detail, source }) => [detail, source])).toEqual([
      ["must be less than or equal to 500", "approval openai"],
      ["must be less than or equal to 50", "approval openai"],
      ["must be less than or equal to 5000", "approval openai"],
    ]);
    expect(found[0]?.read).toContainEqual(["endpoint"]);
  });

  it("names the tighter of policy and approvals, and of equal ones the policy", () => {
    const bounds = { max: { requestsPerMinute: by(400) } };
    const source = (most: number) =>
      find({ requestsPerMinute: 999 }, { bounds, approvals: [approval({ maxRequestsPerMinute: most })] }).map(
        ({ source, read }) => [source, read.length],
      );
    expect(source(500)).toEqual([["policy team-defaults", 1]]);
    expect(source(400)).toEqual([["policy team-defaults", 1]]);
    expect(source(300)).toEqual([["approval openai", 9]]);
    const approvals = [
      approval({ maxRequestsPerMinute: 300 }, "wide"),
      approval({ maxRequestsPerMinute: 200 }, "tight"),
    ];
    expect(find({ requestsPerMinute: 999 }, { approvals })).toMatchObject([{ source: "approval tight" }]);
  });

  it("takes an approval alone and together with a tighter one", () => {
    const wide = approval({ maxRequestsPerMinute: 300 }, "wide");
    const tight = approval({ maxRequestsPerMinute: 200 }, "tight");
    expect(find({ requestsPerMinute: 250 }, { approvals: [wide] })).toEqual([]);
    expect(find({ requestsPerMinute: 250 }, { approvals: [wide, tight] })).toHaveLength(1);
    expect(find({ requestsPerMinute: 250 }, { approvals: [wide] })).toEqual([]);
  });

  it("leaves approvals out that do not cover the model", () => {
    const other = approval({ maxRequestsPerMinute: 1 });
    const retired = { ...other, spec: { ...other.spec, lifecycle: { state: "Retired" as const } } };
    expect(find({ requestsPerMinute: 2 }, { approvals: [retired] })).toEqual([]);
  });

  it("finds longer completions than the approval allows", () => {
    const approvals = [approval({ maxOutputTokens: 4096 })];
    expect(findIn({ parameters: { maxTokens: 4096 } }, { approvals })).toEqual([]);
    expect(findIn({ parameters: { maxTokens: 5000 } }, { approvals })).toMatchObject([
      {
        at: ["parameters", "maxTokens"],
        value: 5000,
        detail: "must be less than or equal to 4096",
        source: "approval openai",
      },
    ]);
  });

  it("finds a missing limit where a policy requires one", () => {
    const bounds = { required: { value: true, source: "policy strict" } as const };
    const expected = { at: ["rateLimits", "requestsPerMinute"], kind: "Required value", source: "policy strict" };
    expect(findIn({}, { bounds })).toMatchObject([expected]);
    expect(find({ burst: 1 }, { bounds })).toMatchObject([expected]);
    expect(find({ requestsPerMinute: 1 }, { bounds })).toEqual([]);
  });

  it("advises against a burst above the rate", () => {
    expect(find({ requestsPerMinute: 10, burst: 10 })).toEqual([]);
    expect(find({ requestsPerMinute: 10, burst: 11 })).toMatchObject([
      {
        at: ["rateLimits", "burst"],
        value: 11,
        detail: "must be less than or equal to `requestsPerMinute`, which is 10",
        advice: true,
        read: [
          ["rateLimits", "burst"],
          ["rateLimits", "requestsPerMinute"],
        ],
      },
    ]);
  });
});
