import { describe, expect, test } from "vitest";
import type { ObjectMeta } from "#api/object-meta.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { decided } from "../../test/support/admitted.ts";
import { NOW } from "../../test/support/facts.ts";
import { requestFor } from "../../test/support/review-fixture.ts";
import { reviewValidation } from "./admission.ts";
import { lastApplied } from "./last-applied.ts";
import { denies } from "./verdict.ts";

const KEY = "kubectl.kubernetes.io/last-applied-configuration";

/** An object as kubectl applies it: what it says is there twice, but for what the API server dropped. */
function applied(
  written: object,
  { models = [], metadata = {} }: { models?: readonly object[]; metadata?: ObjectMeta } = {},
) {
  const object = {
    apiVersion: "gateway.example.com/v1",
    kind: "AIGatewayConfig",
    metadata: { name: "main", namespace: "team-a" },
  };
  const text = JSON.stringify({ ...object, spec: { models: [], routes: [], ...written } });
  return {
    ...object,
    metadata: { ...object.metadata, ...metadata, annotations: { [KEY]: text } },
    spec: { models, routes: [] },
  };
}

function typosOf(object: unknown, old?: unknown, lookup = new FactIndex()) {
  const verdict = decided(reviewValidation(requestFor(object, old), { lookup, now: NOW }));
  return verdict.violations.filter(({ rule }) => rule === "probable-typo");
}

function withAction(action: "Deny" | "Off"): FactIndex {
  const index = new FactIndex();
  index.apply({
    apiVersion: "gateway.example.com/v1",
    kind: "AIGatewayPolicy",
    metadata: { name: "strict" },
    spec: { mode: "Enforce", rules: { "probable-typo": action } },
  } as never);
  return index;
}

const TYPO = { gatewayClas: "shared" };

describe("a field that the API server dropped is found in last-applied", () => {
  test("with the one that was meant, as a warning", () => {
    expect(typosOf(applied(TYPO))).toMatchObject([
      {
        path: "spec.gatewayClas",
        message:
          "Invalid value: must be a known field, or it is dropped; did you mean 'gatewayClassName'? (probable-typo)",
        action: "Warn",
      },
    ]);
  });

  test("also where it is why the object has the wrong shape", () => {
    const object = applied({ models: [{ nmae: "gpt" }] }, { models: [{}] });
    expect(typosOf(object).map(({ path }) => path)).toEqual(["spec.models[0].nmae"]);
  });

  test("as a denial where a policy says so, and not at all where it says that", () => {
    expect(typosOf(applied(TYPO), undefined, withAction("Deny")).some(denies)).toBe(true);
    expect(typosOf(applied(TYPO), undefined, withAction("Off"))).toEqual([]);
  });

  test("without what it says", () => {
    const [violation] = typosOf(applied({ models: [{ name: "m", auth: { vaule: "planted-value" } }] }));
    expect(violation?.path).toBe("spec.models[0].auth.vaule");
    expect(JSON.stringify(violation)).not.toContain("planted-value");
  });
});

describe("an update", () => {
  test("that leaves last-applied as it was is not read again", () => {
    const old = applied(TYPO);
    expect(typosOf({ ...old, metadata: { ...old.metadata, labels: { team: "a" } } }, old)).toEqual([]);
  });

  test("is excused what was written before, and not what is new or says something else", () => {
    const old = applied(TYPO);
    const excusedIn = (written: object) =>
      typosOf(applied(written), old, withAction("Deny")).map(({ path, excused }) => [path, excused]);
    expect(excusedIn({ ...TYPO, policies: [] })).toEqual([["spec.gatewayClas", true]]);
    expect(excusedIn({ gatewayClas: "other" })).toEqual([["spec.gatewayClas", false]]);
    expect(excusedIn({ ...TYPO, polices: [] })).toEqual([
      ["spec.gatewayClas", true],
      ["spec.polices", false],
    ]);
  });
});

const withText = (text: unknown) => ({ metadata: { annotations: { [KEY]: text } } });

describe("last-applied says nothing", () => {
  const large = JSON.stringify({ apiVersion: "gateway.example.com/v1", spec: { specs: "x".repeat(65_536) } });

  test.each([
    ["where it is not there", { metadata: {} }],
    ["where it is no text", withText(7)],
    ["where it is no JSON", withText('{"apiVersion":')],
    ["where it is another group's", withText('{"apiVersion":"v1"}')],
    ["where it is no object", withText("null")],
    ["where it is nested without end", withText("[".repeat(50_000))],
    ["where it is too large", withText(large)],
  ])("%s", (_, object) => {
    expect(lastApplied(object)).toBeUndefined();
  });

  test("of thousands of fields more than a hundred", () => {
    const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`field${index}`, 1]));
    expect(typosOf(applied(many))).toHaveLength(100);
  });
});
