import { describe, expect, test } from "vitest";
import type { AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import { FactIndex } from "./fact-index.ts";

const NOW = Date.parse("2027-01-01T00:00:00Z");
const BY_NAME = "kubernetes.io/metadata.name";

function policy(name: string, namespaceSelector: object): AIGatewayPolicy {
  return {
    apiVersion: "gateway.example.com/v1",
    kind: "AIGatewayPolicy",
    metadata: { name },
    spec: {
      mode: "Enforce",
      namespaceSelector,
      requiredLabels: [{ key: name }],
      defaults: { labels: { [name]: "yes" } },
    },
  };
}

function effectiveIn(namespace: string, ...policies: AIGatewayPolicy[]) {
  const index = new FactIndex();
  for (const each of policies) index.apply(each);
  const { policies: names, defaults } = index.effectivePolicy({ namespace, name: "main" }, NOW);
  return { policies: names, defaults: [...defaults.labels.keys()] };
}

describe("of a namespace that nobody knows", () => {
  test("a policy for another name is no policy", () => {
    const other = policy("other", { matchLabels: { [BY_NAME]: "team-b" } });
    expect(effectiveIn("brand-new", other)).toEqual({ policies: [], defaults: [] });
  });

  test("a policy for its name binds and gives defaults", () => {
    const own = policy("own", { matchExpressions: [{ key: BY_NAME, operator: "In", values: ["brand-new"] }] });
    expect(effectiveIn("brand-new", own)).toEqual({ policies: ["own"], defaults: ["own"] });
  });

  test("a policy for a label binds, and gives no defaults, since they would stay", () => {
    const labelled = policy("labelled", { matchLabels: { tier: "free" } });
    expect(effectiveIn("brand-new", labelled)).toEqual({ policies: ["labelled"], defaults: [] });
  });

  test("a policy for every namespace binds and gives defaults", () => {
    expect(effectiveIn("brand-new", policy("all", {}))).toEqual({ policies: ["all"], defaults: ["all"] });
  });
});
