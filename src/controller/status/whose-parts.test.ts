import { expect, test } from "vitest";
import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { SecretUses } from "../secret-uses.ts";
import { isOurPart } from "./whose-parts.ts";

const OTHER = "example.com/other";

const MODEL = object("ModelConfig", "shared", { type: "llm", provider: "openai" });

/** Whether each of two controllers speaks of a ModelConfig that these gateways, by the controller of their class, have. */
function speakers(...controllers: readonly string[]): readonly boolean[] {
  const gateways = controllers.map((controller) =>
    object("AIGatewayConfig", `of-${nameOf(controller)}`, {
      gatewayClassName: nameOf(controller),
      models: [{ name: "a", modelRef: { name: "shared" } }],
      routes: [],
    }),
  );
  const classes = [CONTROLLER_NAME, OTHER].map((controllerName) =>
    object("AIGatewayClass", nameOf(controllerName), { adapter: "json", controllerName }),
  );
  const caches = {
    get: (_kind: string, _namespace: string, name: string) =>
      gateways.find(({ metadata }) => metadata.name === name) as never,
  };
  return [CONTROLLER_NAME, OTHER].map((controllerName) => {
    const facts = new FactIndex(undefined, controllerName);
    for (const each of [MODEL, ...classes, ...gateways]) facts.apply(each);
    const sources = { facts, secretUses: new SecretUses(), allGateways: () => [] };
    const scope = { controllerName, namespaces: [], gatewaySelector: undefined };
    return isOurPart("ModelConfig", MODEL as FactObject, { scope, facts, caches, sources });
  });
}

function nameOf(controller: string): string {
  return controller.replace("/", ".");
}

function object(kind: string, name: string, spec: object): KubernetesObject {
  return {
    apiVersion: "gateway.example.com/v1",
    kind,
    metadata: { name, namespace: "team-a" },
    spec,
  } as KubernetesObject;
}

test("each controller speaks of what its own gateways have", () => {
  expect(speakers(CONTROLLER_NAME)).toEqual([true, false]);
  expect(speakers(OTHER)).toEqual([false, true]);
  expect(speakers(CONTROLLER_NAME, OTHER)).toEqual([true, true]);
});

test("of what no gateway has speaks the controller of the usual name", () => {
  expect(speakers()).toEqual([true, false]);
});
