import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { completed } from "../../test/support/completed.ts";
import { DENYING_RULES, type NamedPolicy } from "./denied-by-default.ts";
import { FactIndex } from "./fact-index.ts";
import { type FloorFacts, floorStatus } from "./floor-status.ts";
import type { PolicySpec } from "./opinion.ts";

const NOW = Date.parse("2027-01-01T12:00:00Z");
const NAMESPACES = new Map([
  ["team-a", { "kubernetes.io/metadata.name": "team-a" }],
  ["team-b", { "kubernetes.io/metadata.name": "team-b" }],
]);

const policy = (name: string, spec: Partial<PolicySpec> = {}): NamedPolicy => ({
  name,
  spec: { mode: "Enforce", ...spec },
});

function factsOf(policies: readonly NamedPolicy[], more: Partial<FloorFacts> = {}): FloorFacts {
  return { policies, approvals: [], namespaces: NAMESPACES, now: NOW, ...more };
}

function statusOf(subject: NamedPolicy, others: readonly NamedPolicy[] = [], more: Partial<FloorFacts> = {}) {
  return completed(floorStatus(subject, factsOf([subject, ...others], more)));
}

const selecting = (name: string) => ({ matchLabels: { "kubernetes.io/metadata.name": name } });
const exceptionFrom = (rule: string, expiresAt = "2099-01-01T00:00:00Z") => [
  { rules: [rule], reason: "why", expiresAt },
];

const denied = (...args: Parameters<typeof statusOf>) => statusOf(...args).deniedByDefault;

describe("what is denied by default", () => {
  test("is every rule that denies as built in, where no policy says anything", () => {
    expect(denied(policy("own"))).toEqual([...DENYING_RULES]);
  });

  test.each(["Off", "Audit", "Warn", "Deny"] as const)("is not a rule that a policy names, be it as %s", (action) => {
    expect(denied(policy("own", { rules: { "rate-limit-bounds": action } }))).not.toContain("rate-limit-bounds");
    expect(denied(policy("own"), [policy("other", { rules: { "rate-limit-bounds": action } })])).not.toContain(
      "rate-limit-bounds",
    );
  });

  test("goes by policies in Enforce that select a namespace which this one selects too", () => {
    const rules = { "rate-limit-bounds": "Off" } as const;
    const own = policy("own", { namespaceSelector: selecting("team-a") });
    const elsewhere = policy("elsewhere", { rules, namespaceSelector: selecting("team-b") });
    const tried = policy("tried", { rules, mode: "Audit" });
    const here = policy("here", { rules, namespaceSelector: selecting("team-a") });
    expect(denied(own, [elsewhere, tried])).toContain("rate-limit-bounds");
    expect(denied(own, [here])).not.toContain("rate-limit-bounds");
  });

  test("is not what another policy makes an exception from, though it has ended", () => {
    const other = policy("other", { exceptions: exceptionFrom("rate-limit-bounds", "2020-01-01T00:00:00Z") });
    expect(denied(policy("own"), [other])).not.toContain("rate-limit-bounds");
  });

  test("stays what this policy restricts, whatever exceptions others make", () => {
    const other = policy("other", { exceptions: exceptionFrom("rate-limit-bounds") });
    const own = policy("own", { rateLimits: { max: { burst: 1 } } });
    expect(denied(own, [other])).toContain("rate-limit-bounds");
  });

  test("is http, unless this policy or, where it says nothing, another allows it", () => {
    const allowing = policy("other", { endpoints: { allowHTTP: true } });
    expect(denied(policy("own", { endpoints: { allowHTTP: true } }))).not.toContain("plaintext-endpoint");
    expect(denied(policy("own"), [allowing])).not.toContain("plaintext-endpoint");
    expect(denied(policy("own", { endpoints: { allowHTTP: false } }), [allowing])).toContain("plaintext-endpoint");
  });
});

const action = fc.constantFrom("Off", "Audit", "Warn", "Deny", undefined, undefined, undefined, undefined);
const anyPolicy = fc.record({
  action,
  allowHTTP: fc.constantFrom(true, false, undefined),
  limited: fc.boolean(),
  excepts: fc.boolean(),
});
const rule = fc.constantFrom(...DENYING_RULES);

test("what is denied by default on a policy's terms is denied by all policies together", () => {
  fc.assert(
    fc.property(fc.array(anyPolicy, { minLength: 1, maxLength: 3 }), rule, (specs, ruleId) => {
      const policies = specs.map(({ action, allowHTTP, limited, excepts }, index) =>
        policy(`policy-${index}`, {
          ...(action ? { rules: { [ruleId]: action } } : {}),
          ...(allowHTTP === undefined ? {} : { endpoints: { allowHTTP } }),
          ...(limited ? { rateLimits: { max: { burst: 1 } } } : {}),
          // Not the first, whose own exceptions the floor's expressions look at.
          ...(excepts && index > 0 ? { exceptions: exceptionFrom(ruleId) } : {}),
        }),
      );
      const [own, ...others] = policies as [NamedPolicy, ...NamedPolicy[]];
      const index = new FactIndex();
      for (const { name, spec } of policies) {
        index.apply({
          apiVersion: "gateway.example.com/v1",
          kind: "AIGatewayPolicy",
          metadata: { name },
          spec,
        } as never);
      }
      const { actions, endpoints } = index.effectivePolicy({ namespace: "team-a", name: "main" }, NOW);
      const isDenied = (actions.get(ruleId)?.value ?? "Deny") === "Deny";
      const isTerm = ruleId !== "plaintext-endpoint" || !endpoints.allowHTTP.value;
      return !denied(own, others).includes(ruleId) || (isDenied && isTerm);
    }),
    { numRuns: 1000 },
  );
});

const approval = (models: readonly string[], namespace: string): ApprovedModel => ({
  apiVersion: "gateway.example.com/v1",
  kind: "ApprovedModel",
  metadata: { name: namespace },
  spec: { provider: "openai", models, namespaces: { names: [namespace] }, lifecycle: { state: "Approved" } },
});

describe("approvals in a policy's status", () => {
  test("are those for namespaces that the policy selects", () => {
    const approvals = [approval(["gpt-5"], "team-a"), approval(["gpt-6"], "team-b")];
    const own = policy("own", { namespaceSelector: selecting("team-b") });
    const { approved, condition } = statusOf(own, [], { approvals });
    expect(approved).toEqual({ exact: { "gpt-6": "team-b" }, prefixes: {}, prefixLengths: [] });
    expect(condition).toMatchObject({ type: "ApprovalsInFloor", status: "True", reason: "Flattened" });
  });

  test("are absent where there are too many, and a condition says so", () => {
    const models = Array.from({ length: 501 }, (_, index) => `m${index}*`);
    const status = statusOf(policy("own"), [], { approvals: [approval(models, "team-a")] });
    expect(status).not.toHaveProperty("approved");
    expect(status.condition).toMatchObject({ status: "False", reason: "TooManyPrefixes" });
  });
});

test("others may have their turn after each namespace, policy and approval", () => {
  const facts = factsOf(hundred(policy), {
    approvals: hundred((name) => approval([name], name)),
    namespaces: new Map(hundred((name) => [name, {}])),
  });
  expect(Array.from(floorStatus(policy("one"), facts)).length).toBeGreaterThanOrEqual(300);
});

function hundred<T>(make: (name: string) => T): readonly T[] {
  return Array.from({ length: 100 }, (_, index) => make(`some-${index}`));
}
