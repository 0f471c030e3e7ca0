import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LastGood, lastGoodText, NOTHING_GOOD, parseLastGood } from "./last-good.ts";

const ROUTE = { path: "/chat", targetModel: "gpt" };
const GOOD: LastGood = {
  fitFor: '["envoy"]',
  forms: {
    model: new Map([
      ["gpt", { type: "llm", auth: { type: "apikey", value: "secret://openai/key" } }],
      ["__proto__", { type: "llm" }],
    ]),
    route: new Map([["AIRoute/chat", ROUTE]]),
    policy: new Map([["breaker", { name: "breaker", type: "circuitBreaker", config: { failureThreshold: 5 } }]]),
    limit: new Map([["fair/spec.limits[0]", { requests: 5, window: "1m" }]]),
    template: new Map([["polite", { messages: [{ role: "system", content: "Be polite." }] }]]),
    integration: new Map([["traces", { type: "observability", provider: "prometheus" }]]),
  },
};

describe("what was last good", () => {
  test("is kept as a text and read again", () => {
    expect(parseLastGood(lastGoodText(GOOD))).toEqual(GOOD);
    expect(parseLastGood(lastGoodText(NOTHING_GOOD))).toEqual(NOTHING_GOOD);
  });

  test("has the same text in whatever order it was found", () => {
    const model = new Map(Array.from(GOOD.forms.model).reverse());
    expect(lastGoodText({ ...GOOD, forms: { ...GOOD.forms, model } })).toBe(lastGoodText(GOOD));
  });

  test("is nothing where the text is missing, no JSON, or of a version that is not known", () => {
    expect(parseLastGood(undefined)).toBeUndefined();
    for (const text of ["", "{", "[]", "null", '{"version":2}', "{}"]) expect(parseLastGood(text)).toBeUndefined();
  });

  test("is read without the entries that are not of the schema, and without fields that it does not know", () => {
    const forms = {
      model: [["good", { type: "llm", unknown: 1 }], ["bad", { type: 7 }], ["none", null], "no entry", [1, {}]],
      route: [
        ["route", { path: "/", targets: "all" }],
        ["other", ROUTE],
      ],
      limit: { not: "a list" },
      template: [["empty", { messages: [] }]],
    };
    const read = parseLastGood(JSON.stringify({ version: 1, fitFor: 7, forms }));
    expect(read).toEqual({
      fitFor: "",
      forms: {
        ...NOTHING_GOOD.forms,
        model: new Map([["good", { type: "llm" }]]),
        route: new Map([["other", ROUTE]]),
      },
    });
  });

  test("is read from any JSON whatever without a throw", () => {
    const entries = fc.array(fc.tuple(fc.string(), fc.jsonValue()));
    const anything = fc.record({
      version: fc.constantFrom(1, 2, "1"),
      fitFor: fc.jsonValue(),
      forms: fc.oneof(
        fc.jsonValue(),
        fc.record({ model: entries, route: entries, policy: entries, limit: entries, template: entries }),
      ),
    });
    fc.assert(fc.property(anything, (value) => void parseLastGood(JSON.stringify(value))));
  });
});
