import { describe, expect, it } from "vitest";
import { aiGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { shapeViolations } from "./shape-violations.ts";

const WRONG = { name: "a", provider: 1 };
const RIGHT = { name: "a", provider: "openai" };

describe("a fault of shape is excused on an update", () => {
  it.each([
    ["where its value is unchanged", [{ ...WRONG, model: "x" }], [WRONG]],
    ["where its item has moved", [{ name: "b" }, WRONG], [WRONG, { name: "b" }]],
    ["in a list that is unchanged, although the key of its item leads to another", [RIGHT, WRONG], [RIGHT, WRONG]],
  ])("%s", (_, models, before) => {
    expect(provider(models, before)).toContainEqual(true);
    expect(provider(models, before)).not.toContainEqual(false);
  });

  it.each([
    ["where its value has changed", [{ name: "a", provider: 2 }], [WRONG]],
    ["where its item is new", [WRONG], [{ ...WRONG, name: "b" }]],
    ["in a list that has changed, where the key of its item leads to another", [RIGHT, WRONG], [RIGHT, WRONG, RIGHT]],
    ["where there was no list", [WRONG], undefined],
  ])("but not %s", (_, models, before) => {
    expect(provider(models, before)).toEqual([false]);
  });
});

/** Whether each fault of a provider is excused. */
function provider(models: unknown, before: unknown): readonly boolean[] {
  return shapeViolations(aiGatewayConfig, { spec: { models } }, { spec: { models: before } })
    .filter(({ path }) => path.endsWith(".provider"))
    .map(({ excused }) => excused);
}
