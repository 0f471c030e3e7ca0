import { describe, expect, test } from "vitest";
import { DEFAULT_CLASS_ANNOTATION } from "#api/kinds/ai-gateway-class.ts";
import { kindByName } from "#api/kinds.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { classWith, NOW } from "../../test/support/facts.ts";
import { acceptedCondition } from "./accepted-condition.ts";

const API_VERSION = "gateway.example.com/v1";

function conditionOf(object: KubernetesObject, facts: readonly KubernetesObject[] = []) {
  const lookup = new FactIndex();
  lookup.replace([...facts, object]);
  const kind = kindByName.get(object.kind);
  if (!kind) throw new Error(`no kind ${object.kind}`);
  return acceptedCondition(kind, object, { lookup, now: NOW });
}

function policy(spec: object) {
  const whole = {
    apiVersion: API_VERSION,
    kind: "AIGatewayPolicy",
    metadata: { name: "team" },
    spec: { mode: "Enforce", ...spec },
  };
  return whole;
}

const DATED = (expiresAt: string) => ({ exceptions: [{ names: ["main"], rules: ["in-use"], reason: "x", expiresAt }] });

describe("the condition Accepted", () => {
  test("is true of what would be admitted", () => {
    const status = { type: "Accepted", status: "True", reason: "Accepted" };
    expect(conditionOf(policy({}))).toEqual({ ...status, message: "nothing is wrong with it" });
    expect(conditionOf(policy(DATED("2026-12-31T00:00:00Z")))).toEqual({
      ...status,
      message: expect.stringMatching(
        /^spec\.exceptions\[0\]\.expiresAt: .*must lie ahead; the exception has ended/,
      ) as string,
    });
  });

  test("is false of what would be denied, and says what counts as unset", () => {
    const rateLimits = { min: { burst: 9 }, max: { burst: 3 } };
    expect(conditionOf(policy({ rateLimits, rules: { "in-used": "Warn" } }))).toEqual({
      type: "Accepted",
      status: "False",
      reason: "Invalid",
      message:
        "spec.rateLimits.min.burst: Invalid value: 9: must be less than or equal to 3, the maximum in `rateLimits.max` (contradictory-bounds); " +
        "spec.rules.in-used: Not found: \"in-used\": must be the id of a rule; did you mean 'in-use'? (unknown-rule)" +
        ". Its last good form holds, or else as unset what is said of: spec.rules.in-used, spec.rateLimits.min.burst",
    });
  });

  test("says where what is wrong holds all the same", () => {
    const approval = { provider: "p", models: ["a"], types: [], lifecycle: { state: "Approved" } };
    const object = { apiVersion: API_VERSION, kind: "ApprovedModel", metadata: { name: "a" }, spec: approval };
    expect(conditionOf(object)).toMatchObject({
      status: "False",
      message: expect.stringMatching(/It holds as it is written$/) as string,
    });
  });

  test("says of a wrong shape that nothing of it can be read, and of many faults how many there are", () => {
    expect(conditionOf(policy({ mode: 1 })).message).toMatch(
      / \(schema\)\. Its last good form holds, or else nothing of it$/,
    );
    const rules = Object.fromEntries(["a", "b", "c", "d", "e", "f", "g"].map((id) => [id, "Warn"]));
    expect(conditionOf(policy({ rules })).message).toMatch(/; and 2 more\. /);
  });

  test("names the other class that wants to be the default, on both", () => {
    const [older, younger] = [marked("older", 2020), marked("younger", 2021)];
    expect(conditionOf(older, [younger])).toMatchObject({
      status: "True",
      message: expect.stringContaining("this one is the oldest and the default, not 'younger'") as string,
    });
    expect(conditionOf(younger, [older])).toMatchObject({
      status: "True",
      message: expect.stringContaining("'older' is older and stays the default") as string,
    });
  });
});

function marked(name: string, year: number): KubernetesObject {
  const { metadata, ...rest } = classWith({}, name);
  const annotations = { [DEFAULT_CLASS_ANNOTATION]: "true" };
  return { ...rest, metadata: { ...metadata, annotations, creationTimestamp: `${year}-01-01T00:00:00Z` } };
}
