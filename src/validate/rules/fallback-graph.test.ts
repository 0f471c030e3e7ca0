import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Model } from "#api/kinds/model.ts";
import type { Route } from "#api/kinds/route.ts";
import { configWith, factsFor, findingsOf } from "../../../test/support/facts.ts";
import { excused } from "../ratchet.ts";
import { HOLDS } from "../rule.ts";
import { fallbackGraph } from "./fallback-graph.ts";

/** Models from `name: fallbacks`, every one of the same type. */
function modelsOf(fallbacks: Readonly<Record<string, string>>): Model[] {
  return Object.entries(fallbacks).map(([name, list]) => ({
    name,
    type: "llm",
    fallbacks: list.split(" ").filter(Boolean),
  }));
}

function find(models: readonly Model[], ...routes: Route[]) {
  return findingsOf(fallbackGraph, factsFor({ object: configWith({ models, routes }) }));
}

/** What is found, in short: where, the value shown, and which other models it rests on. */
function brief(models: readonly Model[], ...routes: Route[]) {
  return find(models, ...routes).map(({ part, at, value, collidesWith = [] }) => {
    const others = collidesWith.map((other) => other.part.key).sort((one = "", two = "") => one.localeCompare(two));
    const shown = typeof value === "string" ? [value] : [];
    return `${part.key ?? part.path} ${[...at, ...shown].join(" ")} [${others.join(" ")}]`;
  });
}

describe("fallback-graph", () => {
  it("allocates nothing of its own where nothing falls back", () => {
    const facts = factsFor({ object: configWith({ models: [{ name: "a" }], routes: [{ targetModel: "a" }] }) });
    expect(fallbackGraph.judges.object?.(facts.owner.object, facts)).toBe(HOLDS);
  });

  it("holds for a chain of three, for several ways to one model, and for names that nothing declares", () => {
    expect(find(modelsOf({ a: "b", b: "c", c: "d", d: "" }))).toEqual([]);
    expect(find(modelsOf({ a: "b c", b: "d", c: "d", d: "nobody" }), { targetModel: "a", fallbacks: ["b"] })).toEqual(
      [],
    );
  });

  it("finds a model among its own fallbacks", () => {
    expect(find(modelsOf({ a: "b a", b: "" }))).toMatchObject([
      {
        part: { key: "a" },
        at: ["fallbacks", 1],
        kind: "Invalid value",
        value: "a",
        detail: "must not be the model itself",
      },
    ]);
  });

  it("finds the target of a route among its fallbacks, unless there are other targets", () => {
    const models = modelsOf({ a: "", b: "" });
    expect(brief(models, { targetModel: "a", fallbacks: ["b", "a"] })).toEqual(["spec.routes[0] fallbacks 1 a []"]);
    expect(brief(models, { targets: [{ model: "a" }], fallbacks: ["a"] })).toHaveLength(1);
    expect(brief(models, { targets: [{ model: "a" }, { model: "b" }], fallbacks: ["a"] })).toEqual([]);
  });

  it("finds a cycle once, at its smallest name, wherever the models stand", () => {
    const models = modelsOf({ c: "a", a: "b", b: "c" });
    expect(brief(models)).toEqual(["a fallbacks [b c]"]);
    expect(brief(models.toReversed())).toEqual(["a fallbacks [b c]"]);
    expect(find(models)[0]?.detail).toBe("must not lead back to the model itself, as 'a' → 'b' → 'c' → 'a' does");
  });

  it("tells cycles that share models as one, by the shortest way, and separate ones apart", () => {
    expect(brief(modelsOf({ a: "b c", b: "c", c: "a", x: "y", y: "x" }))).toEqual([
      "a fallbacks [b c]",
      "x fallbacks [y]",
    ]);
  });

  it("finds a chain of more than three with every model on it but the last", () => {
    const models = modelsOf({ a: "b", b: "c", c: "d", d: "e", e: "" });
    expect(brief(models)).toEqual(["a fallbacks [b c d]"]);
    expect(brief(models.toReversed())).toEqual(["a fallbacks [b c d]"]);
    expect(find(models)[0]?.detail).toBe("must begin chains of at most 3 fallbacks, not 'b' → 'c' → 'd' → 'e'");
  });

  it("counts the fallback of a route as the first step", () => {
    const models = modelsOf({ a: "b", b: "c", c: "d", d: "", t: "" });
    expect(brief(models, { targetModel: "t", fallbacks: ["b"] })).toEqual([]);
    expect(brief(models, { targetModel: "t", fallbacks: ["t", "a"] })).toContain("spec.routes[0] fallbacks [a b c]");
  });

  it("finds a long chain that leaves a cycle, and one that enters it", () => {
    expect(brief(modelsOf({ a: "b", b: "a c", c: "d", d: "e", e: "" }))).toEqual([
      "a fallbacks [b]",
      "a fallbacks [b c d]",
      "b fallbacks [a c]",
    ]);
    expect(brief(modelsOf({ z: "a", a: "b", b: "a" }))).toContain("z fallbacks [a b]");
  });

  it("finds a fallback of another type, and reads both types", () => {
    const found = find([
      { name: "a", type: "llm", fallbacks: ["b"] },
      { name: "b", type: "embedding" },
    ]);
    expect(found).toMatchObject([
      {
        at: ["fallbacks", 0],
        value: "b",
        detail: "must be a model of type 'llm', not 'embedding'",
        read: [["type"], ["fallbacks", 0]],
        collidesWith: [{ part: { key: "b" }, read: [["type"]] }],
      },
    ]);
  });

  it("lets a fallback of a route be of the type of any target, or of unknown type", () => {
    const models: Model[] = [
      { name: "a", type: "llm" },
      { name: "b", type: "image-gen" },
      { name: "c", type: "audio" },
      { name: "d" },
    ];
    const targets = [{ model: "a" }, { model: "b" }];
    expect(brief(models, { targets, fallbacks: ["b", "c", "d"] })).toEqual(["spec.routes[0] fallbacks 1 c [a b c]"]);
    expect(brief(models, { targets: [{ model: "d" }], fallbacks: ["c"] })).toEqual([]);
    expect(brief(models, { targetModel: "a", fallbacks: ["c"] })).toEqual(["spec.routes[0] fallbacks 0 c [a c]"]);
  });

  it("finds nothing new when models are removed or reordered", () => {
    const name = fc.constantFrom("a", "b", "c", "d", "e", "f", "g");
    const type = fc.constantFrom("llm", "llm", "llm", "audio");
    const fallbacks = fc.uniqueArray(name, { maxLength: 2 });
    const graphs = fc.uniqueArray(fc.record({ name, type, fallbacks }), { selector: (model) => model.name });
    const routes = fc.array(fc.record({ targets: fc.array(fc.record({ model: name }), { maxLength: 2 }), fallbacks }));
    const property = fc.property(graphs, routes, fc.func(fc.nat()), (models, routes, order) => {
      const kept = models.filter((model) => order(model.name) % 3 > 0).sort((one, two) => order(one) - order(two));
      const found = (some: readonly Model[]) =>
        find(some, ...routes).map((finding) => ({ rule: "fallback-graph", finding }));
      const after = found(kept);
      expect(excused(after, found(models)).size).toBe(after.length);
    });
    fc.assert(property, { numRuns: 1000 });
  });

  it("answers soon when every model falls back on others in every way", () => {
    const names = Array.from({ length: 256 }, (_, index) => `model-${index}`);
    const some = (from: number) => Array.from({ length: 16 }, (_, step) => names[(from + step * 7 + 1) % 256] ?? "");
    const models = names.map((name, index) => ({ name, fallbacks: some(index) }));
    const routes = Array.from({ length: 512 }, (_, index) => ({ fallbacks: some(index) }));
    expect(find(models, ...routes)).toHaveLength(1 + 512); // listing every way would never end
  });
});
