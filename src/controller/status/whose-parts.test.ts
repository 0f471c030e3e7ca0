import { expect, test } from "vitest";
import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import { FactIndex } from "#policy/fact-index.ts";
import type { ControllerScope } from "../controller-settings.ts";
import { SecretUses } from "../secret-uses.ts";
import { type Voice, voiceOn } from "./whose-parts.ts";

const OTHER = "example.com/other";

const MODEL = object("ModelConfig", "shared", { type: "llm", provider: "openai" });

/** What each of two controllers has to say of a ModelConfig that these gateways, by the controller of their class, have. */
function voices(controllers: readonly string[], bounds: Partial<ControllerScope> = {}): readonly Voice[] {
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
    const scope = { controllerName, namespaces: [], gatewaySelector: undefined, ...bounds };
    return voiceOn("ModelConfig", MODEL as FactObject, { scope, facts, caches, sources });
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

test("each controller speaks of what its own gateways have, alone or with the other", () => {
  expect(voices([CONTROLLER_NAME])).toEqual(["ours", "another's"]);
  expect(voices([OTHER])).toEqual(["another's", "ours"]);
  expect(voices([CONTROLLER_NAME, OTHER])).toEqual(["shared", "shared"]);
});

test("of what no gateway has speaks the controller of the usual name", () => {
  expect(voices([])).toEqual(["ours", "another's"]);
});

test("what gateways beyond the scope have may be told of by another installation of the name, and of no other", () => {
  const live = { gatewaySelector: { matchLabels: { stage: "live" } } };
  expect(voices([CONTROLLER_NAME], live)).toEqual(["outside", "another's"]);
  expect(voices([CONTROLLER_NAME, OTHER], live)).toEqual(["outside", "outside"]);
  expect(voices([], live)).toEqual(["ours", "another's"]);
  expect(voices([CONTROLLER_NAME], { namespaces: ["team-b"] })).toEqual(["outside", "outside"]);
});
