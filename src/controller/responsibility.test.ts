import { expect, test } from "vitest";
import { type AIGatewayClass, DEFAULT_CLASS_ANNOTATION } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { configWith } from "../../test/support/facts.ts";
import type { ControllerScope } from "./controller-settings.ts";
import { responsibilityFor } from "./responsibility.ts";

const OURS = "gateway.example.com/gatehouse";
const THEIRS = "example.com/another";
const SCOPE: ControllerScope = { controllerName: OURS, namespaces: [], gatewaySelector: undefined };

function classOf(name: string, controllerName?: string): AIGatewayClass {
  const spec = controllerName === undefined ? {} : { controllerName };
  return { apiVersion: "gateway.example.com/v1", kind: "AIGatewayClass", metadata: { name }, spec };
}

/** Who has it, where there are these classes, the first of which is the default. */
function whose(gateway: AIGatewayConfig, classes: readonly AIGatewayClass[], scope: Partial<ControllerScope> = {}) {
  const { controllerName } = { ...SCOPE, ...scope };
  const facts = new FactIndex(undefined, controllerName);
  for (const [index, { metadata, ...rest }] of classes.entries()) {
    const annotations = index === 0 ? { [DEFAULT_CLASS_ANNOTATION]: "true" } : {};
    facts.apply({ ...rest, metadata: { ...metadata, annotations } });
  }
  return responsibilityFor(gateway, { ...SCOPE, ...scope }, facts).type;
}

test("the class says whose a gateway is, or else the default class", () => {
  const classes = [classOf("default", OURS), classOf("theirs", THEIRS), classOf("unsaid")];
  expect(whose(configWith(), classes)).toBe("ours");
  expect(whose(configWith({ gatewayClassName: "theirs" }), classes)).toBe("another's");
  expect(whose(configWith({ gatewayClassName: "unsaid" }), classes)).toBe("ours");
  expect(whose(configWith({ gatewayClassName: "theirs" }), classes, { controllerName: THEIRS })).toBe("ours");
  expect(whose(configWith({ gatewayClassName: "unsaid" }), classes, { controllerName: THEIRS })).toBe("another's");
  expect(whose(configWith({ gatewayClassName: "theirs" }), classes, { controllerName: "a.third/one" })).toBe(
    "another's",
  );
});

test("one without a class falls to who served it last, or else to the controller of the usual name", () => {
  const served = { ...configWith(), status: { controllerName: THEIRS } };
  expect(whose(configWith(), [])).toBe("nobody's");
  expect(whose(configWith({ gatewayClassName: "missing" }), [classOf("default", OURS)])).toBe("nobody's");
  expect(whose(configWith(), [], { controllerName: THEIRS })).toBe("another's");
  expect(whose(served, [])).toBe("another's");
  expect(whose(served, [], { controllerName: THEIRS })).toBe("nobody's");
});

test("namespaces and labels bound what a controller looks at", () => {
  const classes = [classOf("default", OURS)];
  const gatewaySelector = { matchLabels: { stage: "live" } };
  expect(whose(configWith(), classes, { namespaces: ["team-a"] })).toBe("ours");
  expect(whose(configWith(), classes, { namespaces: ["team-b"] })).toBe("outside");
  expect(whose(configWith(), classes, { gatewaySelector })).toBe("outside");
  expect(whose(configWith({}, { labels: { stage: "live" } }), classes, { gatewaySelector })).toBe("ours");
});
