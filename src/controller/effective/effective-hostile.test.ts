import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { KubernetesObject } from "#api/object-meta.ts";
import { effective, GPT, gateway, stored, trouble } from "../../../test/support/effective.ts";

describe("objects that were stored under another schema", () => {
  test("lose the parts that are of the wrong shape and no others, and each is named", () => {
    const models = [GPT, { name: "odd", endpoint: 7 }, "no model at all", { ...GPT, name: "good" }];
    const routes = [{ path: "/", targetModel: "gpt" }, { path: "/odd", methods: "GET" }, null];
    const found = effective([gateway({ models, routes } as never)]);
    expect(found.configuration.models.map(({ name }) => name)).toEqual(["good", "gpt"]);
    expect(found.configuration.routes).toMatchObject([{ path: "/" }]);
    expect(trouble(found).toSorted()).toEqual(
      [
        "model : Quarantined, InvalidShape",
        "model odd: Quarantined, InvalidShape",
        "route /odd: Quarantined, InvalidShape",
        "route : Quarantined, InvalidShape",
      ].toSorted(),
    );
  });

  test("keep the last good form of such a part, when its name can still be read", () => {
    const before = effective([gateway({ models: [GPT] })]);
    const after = effective([gateway({ models: [{ name: "gpt", auth: "sk-secret" }] } as never)], before);
    expect(after.hash).toBe(before.hash);
    expect(trouble(after)).toEqual(["model gpt: LastGood, InvalidShape"]);
    expect(JSON.stringify(after.parts)).not.toContain("sk-secret");
  });

  test("keep the last good form of such a limit, by its place", () => {
    const before = effective([gateway({}), limited({ requests: 5, window: "1m" })]);
    for (const limit of [null, { requests: 5 }, { requests: "5", window: "1m" }]) {
      const after = effective([gateway({}), limited(limit)], before);
      expect(after.hash).toBe(before.hash);
      expect(trouble(after)).toEqual(["limit fair: LastGood, InvalidShape"]);
    }
  });

  test("are told of without what looks like a credential, also where it stands in a name", () => {
    const name = "sk-ant-api03-0123456789abcdefghij";
    const route = stored("AIRoute", "it", { parentRefs: [{ name: "main" }], path: "/", targetModel: name });
    const found = effective([gateway({}), route]);
    expect(trouble(found)).toEqual(["route /: Quarantined, InvalidReference"]);
    expect(found.parts.map(({ message }) => message).join()).not.toContain(name);
  });

  test("never make it throw, whatever is in them, and are left as they are", () => {
    const kinds = ["ModelConfig", "AIRoute", "RateLimitPolicy", "PromptTemplate", "IntegrationConfig"];
    const object = fc
      .tuple(fc.constantFrom(...kinds), fc.oneof(fc.jsonValue(), likeASpec()))
      .map(([kind, spec]) => stored(kind, "it", spec as object));
    const config = fc.oneof(fc.jsonValue(), likeASpec()).map((spec): KubernetesObject => {
      const { spec: _, ...rest } = gateway({});
      const whole = { ...rest, spec };
      return whole;
    });
    fc.assert(
      fc.property(config, fc.uniqueArray(object, { selector: ({ kind }) => kind, maxLength: 4 }), (hostile, others) => {
        const before = JSON.stringify([hostile, others]);
        const found = effective([hostile, ...others]);
        expect(effective([hostile, ...others], found)).toEqual(found);
        expect(JSON.stringify([hostile, others])).toBe(before);
      }),
      { numRuns: 500 },
    );
  });
});

function limited(limit: unknown): KubernetesObject {
  return stored("RateLimitPolicy", "fair", {
    targetRefs: [{ kind: "AIGatewayConfig", name: "main" }],
    limits: [limit],
  });
}

/** The right fields, with values of right and wrong shapes. */
function likeASpec(): fc.Arbitrary<object> {
  const reference = some([{ kind: "AIGatewayConfig", name: "main" }]);
  const model = some({ name: "gpt", modelRef: { name: "it" }, auth: { value: "secret://it/key" } });
  return fc.record(
    {
      gatewayClassName: some("main"),
      models: fc.oneof(fc.array(model), fc.jsonValue()),
      routes: fc.oneof(fc.array(some({ path: "/", targetModel: "gpt" })), fc.jsonValue()),
      policies: fc.oneof(fc.array(some({ name: "p", type: "accessControl" })), fc.jsonValue()),
      parentRefs: reference,
      targetRefs: reference,
      limits: fc.oneof(fc.array(some({ requests: 1, window: "1m" })), fc.jsonValue()),
      endpoint: some("https://api.openai.com"),
      targetModel: some("gpt"),
      promptTemplateRef: some({ name: "it" }),
      messages: some([{ role: "system", content: "x" }]),
      credentials: some({ secretRef: { name: "it", key: "key" } }),
    },
    { requiredKeys: [] },
  );
}

function some(value: object | string) {
  return fc.oneof(fc.constant(value), fc.jsonValue());
}
