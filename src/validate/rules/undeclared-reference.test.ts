import { describe, expect, it } from "vitest";
import { configWith, factsFor, findingsOf } from "../../../test/support/facts.ts";
import { HOLDS } from "../rule.ts";
import { undeclaredReference } from "./undeclared-reference.ts";

const models = [{ name: "gpt-4o" }, { name: "claude-3-opus" }];
const policies = [{ name: "breaker" }];

function find(spec: Parameters<typeof configWith>[0]) {
  const found = findingsOf(undeclaredReference, factsFor({ object: configWith({ models, policies, ...spec }) }));
  return found.map(({ part, at, detail }) => [part.path, at.join("."), detail] as const);
}

describe("undeclared-reference", () => {
  it("holds where every name is declared, and for objects that name nothing", () => {
    const facts = factsFor({
      object: configWith({
        models: [{ name: "gpt-4o", fallbacks: ["claude-3-opus"] }, { name: "claude-3-opus" }],
        policies,
        routes: [
          { targetModel: "gpt-4o", fallbacks: ["claude-3-opus"], policies: ["breaker"] },
          { targets: [{ model: "gpt-4o" }] },
          {},
        ],
      }),
    });
    expect(undeclaredReference.judges.object?.(facts.owner.object, facts)).toBe(HOLDS);
  });

  it("finds every undeclared name of routes and models, each at its place", () => {
    const found = find({
      models: [{ name: "gpt-4o", fallbacks: ["gpt-4o", "nobody"] }],
      routes: [
        { targetModel: "nobody", fallbacks: ["gpt-4o", "nobody"], policies: ["nothing"] },
        { targets: [{ model: "gpt-4o" }, { model: "nobody" }] },
      ],
    });
    expect(found.map(([path, at]) => `${path} ${at}`)).toEqual([
      "spec.models[0] fallbacks.1",
      "spec.routes[0] targetModel",
      "spec.routes[0] fallbacks.1",
      "spec.routes[0] policies.0",
      "spec.routes[1] targets.1.model",
    ]);
  });

  it("does not take a policy's name for a model's", () => {
    expect(find({ routes: [{ targetModel: "breaker" }] })).toHaveLength(1);
    expect(find({ routes: [{ policies: ["gpt-4o"] }] })).toHaveLength(1);
  });

  it("proposes the nearest name", () => {
    expect(find({ routes: [{ targetModel: "gpt4o" }] })[0]?.[2]).toBe(
      "must be the name of a model of this object; did you mean 'gpt-4o'?",
    );
  });

  it("lists the declared names where none is near, as many as a terminal has room for", () => {
    expect(find({ routes: [{ targetModel: "llama" }] })[0]?.[2]).toBe(
      "must be the name of a model of this object: 'gpt-4o', 'claude-3-opus'",
    );
    expect(find({ policies: [], routes: [{ policies: ["breaker"] }] })[0]?.[2]).toBe(
      "must be the name of a policy of this object, which declares none",
    );
    const many = Array.from({ length: 20 }, (_, index) => ({ name: `model-number-${index + 10}` }));
    expect(find({ models: many, routes: [{ targetModel: "llama" }] })[0]?.[2]).toBe(
      "must be the name of a model of this object: 'model-number-10', 'model-number-11', 'model-number-12', 'model-number-13', 'model-number-14' and 15 more",
    );
  });

  it("reads the name sought and nothing else", () => {
    const facts = factsFor({ object: configWith({ models, routes: [{ path: "/", fallbacks: ["gpt-4o", "llama"] }] }) });
    expect(findingsOf(undeclaredReference, facts)[0]?.read).toEqual([["fallbacks", 1]]);
  });

  it("answers soon when everything is undeclared and nearly declared", () => {
    const long = "ab".repeat(120);
    const spec = {
      models: Array.from({ length: 256 }, (_, index) => ({ name: `${long}${index}` })),
      routes: Array.from({ length: 512 }, () => ({ fallbacks: Array.from({ length: 16 }, () => `${long}xyz`) })),
    };
    // About 20 ms each; searching for every name would take 8 s each, which the limit on every test ends.
    for (let round = 0; round < 10; round += 1) expect(find(spec)).toHaveLength(512 * 16);
  });
});
