import { describe, expect, test } from "vitest";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { classWith, configWith, factsFor, findingsOf } from "../../test/support/facts.ts";
import { nameCollision, ownNameCollision } from "./rules/name-collision.ts";

const SHARED = classWith(
  { adapter: "litellm", delivery: { adminAPI: { url: "http://edge.gateways.svc:2019" } } },
  "edge",
);

function gateway(name: string, models: readonly string[], namespace = "team-a"): AIGatewayConfig {
  const spec = { gatewayClassName: "edge", models: models.map((model) => ({ name: model })) };
  return configWith(spec, { name, namespace });
}

function found(object: AIGatewayConfig, stored: readonly AIGatewayConfig[], rule = nameCollision) {
  const lookup = new FactIndex();
  for (const each of [SHARED, ...stored]) lookup.apply(each);
  return findingsOf(rule, { ...factsFor({ object }), lookup });
}

describe("names of gateways that share one", () => {
  test("collide with another name, though one that is the same stands before it", () => {
    const [finding] = found(gateway("main", ["a.b"]), [gateway("first", ["a.b", "a_b"])]);
    expect(finding?.detail).toContain("must not become 'A_B' as 'a_b' of AIGatewayConfig 'first' does");
  });

  test("are told of their own namespace first, and of another nothing but that it is one", () => {
    const far = gateway("far", ["a.b"], "team-b");
    const near = gateway("near", ["a_b"]);
    expect(found(gateway("main", ["a-b"]), [far, near])[0]?.detail).toContain("'a_b' of AIGatewayConfig 'near'");
    const [finding] = found(gateway("main", ["a-b"]), [far]);
    expect(finding?.detail).toContain("as a model of an AIGatewayConfig of another namespace does");
    expect(finding?.detail).not.toMatch(/far|team-b|a\.b/);
  });

  test("rest on the name and the class alone, so that an update that leaves them is excused", () => {
    const object = gateway("main", ["a-b"]);
    expect(found(object, [gateway("first", ["a.b"])])).toMatchObject([
      { read: [["name"]], collidesWith: [{ part: { value: object }, read: [["spec", "gatewayClassName"]] }] },
    ]);
  });

  test("do not collide with those of the object's own stored form", () => {
    expect(found(gateway("main", ["a-b"]), [gateway("main", ["a.b"])])).toEqual([]);
  });

  test("are nothing to whoever serves the older of two gateways", () => {
    expect(found(gateway("main", ["a-b"]), [gateway("first", ["a.b"])], ownNameCollision)).toEqual([]);
    expect(found(gateway("main", ["a-b", "a.b"]), [], ownNameCollision)).toHaveLength(1);
  });
});
