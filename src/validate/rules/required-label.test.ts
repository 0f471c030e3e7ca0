import { describe, expect, it } from "vitest";
import { configWith, factsFor, findingsOf } from "../../../test/support/facts.ts";
import { HOLDS } from "../rule.ts";
import { requiredLabel } from "./required-label.ts";

const source = "policy team-defaults";

function find(labels: Record<string, string> | undefined, required: { key: string; values?: readonly string[] }) {
  const object = configWith({}, labels ? { labels } : {});
  return findingsOf(requiredLabel, factsFor({ object, policy: { requiredLabels: [{ value: required, source }] } }));
}

describe("required-label", () => {
  it("holds where no policy asks for a label", () => {
    const facts = factsFor();
    expect(requiredLabel.judges.object?.(facts.owner.object, facts)).toBe(HOLDS);
  });

  it("holds for a label that is there with an allowed value, or with any where none are named", () => {
    expect(find({ team: "red" }, { key: "team", values: ["red", "blue"] })).toEqual([]);
    expect(find({ team: "" }, { key: "team" })).toEqual([]);
  });

  it("finds a missing label, and says which values it may have", () => {
    expect(find(undefined, { key: "team" })).toMatchObject([
      { at: ["metadata", "labels", "team"], kind: "Required value", detail: "must be given", source },
    ]);
    expect(find({ other: "red" }, { key: "team", values: ["red", "blue"] })).toMatchObject([
      { kind: "Required value", detail: "must be one of 'red', 'blue'", read: [["metadata", "labels", "team"]] },
    ]);
  });

  it("finds a value that is not allowed", () => {
    expect(find({ team: "green" }, { key: "team", values: ["red", "blue"] })).toMatchObject([
      { kind: "Unsupported value", value: "green", detail: "must be one of 'red', 'blue'", source },
    ]);
  });

  it("names the value or the label that was probably meant", () => {
    expect(find({ team: "bleu" }, { key: "team", values: ["red", "blue"] })[0]?.detail).toBe(
      "must be one of 'red', 'blue'; did you mean 'blue'?",
    );
    expect(find({ Team: "red" }, { key: "team" })[0]?.detail).toBe("must be given; is it 'Team'?");
  });

  it("takes a label that was stored as null for one that is missing", () => {
    const labels = { team: null } as unknown as Record<string, string>;
    expect(find(labels, { key: "team", values: ["red"] })).toMatchObject([
      { kind: "Required value", detail: "must be one of 'red'" },
    ]);
  });

  it("does not list more values than fit", () => {
    const values = Array.from({ length: 12 }, (_, index) => `v${index}`);
    expect(find({}, { key: "team", values })[0]?.detail).toMatch(/^must be one of 'v0', .*'v9' and 2 more$/);
  });

  it("does not find a label on the prototype of all objects", () => {
    expect(find({}, { key: "constructor" })).toHaveLength(1);
    expect(find({}, { key: "__proto__" })).toHaveLength(1);
    expect(find(JSON.parse('{"__proto__": "red"}') as Record<string, string>, { key: "__proto__" })).toEqual([]);
  });
});
