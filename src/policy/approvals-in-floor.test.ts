import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import { completed } from "../../test/support/completed.ts";
import { type ApprovalsInFloor, approvalsInFloor, MAX_EXACT, MAX_PREFIXES } from "./approvals-in-floor.ts";
import { isCovered } from "./covers.ts";
import type { Labels } from "./label-selector.ts";

const NOW = Date.parse("2027-01-01T12:00:00Z");
const TEAM_A = new Map<string, Labels>([["team-a", { "kubernetes.io/metadata.name": "team-a", env: "prod" }]]);

function approval(name: string, models: readonly string[], more: Partial<ApprovedModel["spec"]> = {}): ApprovedModel {
  const spec = { provider: "openai", models, lifecycle: { state: "Approved" as const }, ...more };
  return { apiVersion: "gateway.example.com/v1", kind: "ApprovedModel", metadata: { name }, spec };
}

const flattened = (...approvals: readonly ApprovedModel[]) => completed(approvalsInFloor(approvals, TEAM_A, NOW));

const ids = (count: number, end: string) => Array.from({ length: count }, (_, index) => `m${index}${end}`);

describe("approvals in the floor", () => {
  test("are exact ids, and prefixes with their lengths", () => {
    expect(flattened(approval("openai", ["gpt-5", "gpt-4*", "o1*"]), approval("any", ["*"]))).toEqual({
      exact: { "gpt-5": "openai" },
      prefixes: { "": "any", "gpt-4": "openai", o1: "openai" },
      prefixLengths: [0, 2, 5],
    });
  });

  test("are nothing where there are none, which is not the same as not known", () => {
    expect(flattened()).toEqual({ exact: {}, prefixes: {}, prefixLengths: [] });
  });

  test("name the first approval of several, and come in one order, whatever order they came in", () => {
    const [first, second] = [approval("a", ["z", "m*"]), approval("b", ["y", "z", "m*"])];
    const flat = flattened(second, first);
    expect(JSON.stringify(flat)).toBe(JSON.stringify(flattened(first, second)));
    expect(flat).toMatchObject({ exact: { y: "b", z: "a" }, prefixes: { m: "a" } });
  });

  test("count characters as CEL does, not halves of them", () => {
    expect(flattened(approval("emoji", ["🦙-*"]))).toMatchObject({ prefixLengths: [2] });
  });

  test("keep a model that is called as a property of every object", () => {
    const flat = flattened(approval("odd", ["__proto__", "constructor*"])) as ApprovalsInFloor;
    expect(Object.entries(flat.exact)).toEqual([["__proto__", "odd"]]);
    expect(Object.entries(flat.prefixes)).toEqual([["constructor", "odd"]]);
  });

  test.each([
    ["only proposed", { lifecycle: { state: "Proposed" } }],
    ["retired", { lifecycle: { state: "Retired" } }],
    ["expired", { lifecycle: { state: "Approved", expiresAt: "2027-01-01T12:00:00Z" } }],
    ["past retirement", { lifecycle: { state: "Deprecated", retiresAt: "2027-01-01T11:59:59Z" } }],
    ["for other namespaces", { namespaces: { names: ["team-b"] } }],
    ["for namespaces with other labels", { namespaces: { selector: { matchLabels: { env: "test" } } } }],
  ] as const)("leave out an approval that is %s", (_, more) => {
    expect(flattened(approval("out", ["gpt-5"], more))).toHaveProperty("exact", {});
  });

  test.each([
    ["deprecated", { lifecycle: { state: "Deprecated" } }],
    ["yet to expire", { lifecycle: { state: "Approved", expiresAt: "2027-01-01T12:00:00.001Z" } }],
    ["for this namespace", { namespaces: { names: ["team-a"] } }],
    ["for this namespace's labels", { namespaces: { selector: { matchLabels: { env: "prod" } } } }],
    [
      "for one version on one host in one region",
      {
        versions: { allow: ["1"] },
        endpoints: { hosts: ["api.openai.com"] },
        regions: ["eu"],
        types: ["llm"],
        dataClassifications: ["public"],
      },
    ],
  ] as const)("hold an approval that is %s", (_, more) => {
    expect(flattened(approval("in", ["gpt-5"], more))).toMatchObject({ exact: { "gpt-5": "in" } });
  });

  test("are a union over the namespaces", () => {
    const namespaces = new Map([...TEAM_A, ["team-b", { env: "test" }]]);
    const a = approval("a", ["gpt-5"], { namespaces: { names: ["team-a"] } });
    const b = approval("b", ["gpt-6"], { namespaces: { selector: { matchLabels: { env: "test" } } } });
    expect(completed(approvalsInFloor([a, b], namespaces, NOW))).toMatchObject({
      exact: { "gpt-5": "a", "gpt-6": "b" },
    });
  });

  test("fit with as many prefixes and models as there may be, and not with one more", () => {
    expect(flattened(approval("p", ids(MAX_PREFIXES, "*")))).toHaveProperty("prefixLengths");
    expect(flattened(approval("p", ids(MAX_PREFIXES + 1, "*")))).toMatchObject({
      reason: "TooManyPrefixes",
      message:
        "the admission floor does not judge which models are approved: there are 501 prefixes of models, and it takes at most 500",
    });
    expect(flattened(approval("m", ids(MAX_EXACT, "")))).toHaveProperty("exact");
    expect(flattened(approval("m", ids(MAX_EXACT + 1, "")))).toMatchObject({ reason: "TooManyModels" });
    expect(flattened(approval("m", ids(4000, "x".repeat(200))))).toMatchObject({ reason: "TooLarge" });
  });
});

const word = fc.constantFrom("", "g", "gp", "gpt", "🦙", "🦙x");
const pattern = fc.tuple(word, fc.constantFrom("", "*")).map(([id, end]) => `${id}${end}` || "*");
const anyApproval = fc
  .record({
    models: fc.array(pattern, { minLength: 1, maxLength: 3 }),
    state: fc.constantFrom("Approved", "Deprecated", "Proposed"),
    region: fc.constantFrom("eu", undefined),
    names: fc.constantFrom(["team-a"], ["team-b"], undefined),
  })
  .map(({ models, state, region, names }) =>
    approval("any", models, {
      lifecycle: { state },
      ...(region ? { regions: [region] } : {}),
      ...(names ? { namespaces: { names } } : {}),
    }),
  );

test("approvals in the floor never miss a model that an approval covers", () => {
  fc.assert(
    fc.property(fc.array(anyApproval, { maxLength: 4 }), word, (approvals, id) => {
      const model = { name: id, region: "eu" };
      const context = { namespace: "team-a", namespaceLabels: TEAM_A.get("team-a"), now: NOW };
      const isApproved = approvals.some((each) => isCovered(each, model, context));
      return !isApproved || isInFloor(flattened(...approvals) as ApprovalsInFloor, id);
    }),
  );
});

/** As the floor's expressions look. */
function isInFloor({ exact, prefixes, prefixLengths }: ApprovalsInFloor, id: string): boolean {
  const characters = Array.from(id);
  return (
    Object.hasOwn(exact, id) ||
    prefixLengths.some(
      (length) => length <= characters.length && Object.hasOwn(prefixes, characters.slice(0, length).join("")),
    )
  );
}
