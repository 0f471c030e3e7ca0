import { expect, test } from "vitest";
import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { statusWorld } from "../../../test/support/status-world.ts";

const object = (kind: string, metadata: KubernetesObject["metadata"], spec: object): KubernetesObject =>
  ({ apiVersion: kind === "Namespace" ? "v1" : "gateway.example.com/v1", kind, metadata, spec }) as KubernetesObject;
const namespace = (name: string) => object("Namespace", { name }, {});
const CLASS = object("AIGatewayClass", { name: "json" }, { adapter: "json" });
const SHARED = { type: "llm", provider: "openai", endpoint: "https://api.openai.com/v1", model: "gpt-4o" };
const shared = (spec: object = {}, status?: object) => ({
  ...object("ModelConfig", { name: "shared", namespace: "team-a" }, { ...SHARED, ...spec }),
  ...(status && { status }),
});
const ACCEPTED = [{ type: "Accepted", status: "True", reason: "Accepted", message: "" }];

test("what we say of an object beside gateways goes, once, when it is another controller's or beyond our scope", () =>
  statusWorld([namespace("team-a"), shared()], async (scene) => {
    expect(scene.status("ModelConfig", "team-a/shared")).toMatchObject({ controllers: [CONTROLLER_NAME], usedBy: 0 });
    scene.writes.length = 0;
    scene.voice = "outside";
    scene.put(shared({ model: "gpt-4" }, scene.status("ModelConfig", "team-a/shared")));
    await scene.pass(2000);
    expect(scene.writes).toEqual([]);
    scene.voice = "another's";
    scene.put(shared({ model: "gpt-4o" }, scene.status("ModelConfig", "team-a/shared")));
    for (let minute = 0; minute < 5; minute += 1) await scene.pass(60_000);
    expect(scene.status("ModelConfig", "team-a/shared")).toEqual({});
    expect(scene.writes).toEqual(["ModelConfig team-a/shared: nothing, by apply"]);
  }));

test("whoever begins to lead takes out what is ours in what was handed over meanwhile, and leaves the rest alone", () => {
  const theirs = Array.from({ length: 100 }, (_, index) => {
    const status = { controllers: ["example.com/other"], usedBy: 1, conditions: ACCEPTED };
    return { ...object("ModelConfig", { name: `theirs-${index}`, namespace: "team-a" }, SHARED), status };
  });
  const both = { controllers: ["example.com/other", CONTROLLER_NAME], usedBy: 1, conditions: ACCEPTED };
  return statusWorld(
    [namespace("team-a"), ...theirs, shared({}, both)],
    async ({ writes, pass }) => {
      for (let minute = 0; minute < 5; minute += 1) await pass(60_000);
      expect(writes).toEqual(["ModelConfig team-a/shared: nothing, by apply"]);
    },
    "another's",
  );
});

test("beside other controllers each looks after its own words, and alone it leaves none of theirs", () =>
  statusWorld([namespace("team-a"), shared()], async (scene) => {
    const own = scene.status("ModelConfig", "team-a/shared");
    const both = { ...own, controllers: ["example.com/other", CONTROLLER_NAME] };
    scene.writes.length = 0;
    scene.voice = "shared";
    scene.put(shared({}, both));
    for (let minute = 0; minute < 5; minute += 1) await scene.pass(60_000);
    expect(scene.writes).toEqual([]);
    scene.voice = "ours";
    scene.put(shared({}, both));
    for (let minute = 0; minute < 5; minute += 1) await scene.pass(60_000);
    expect(scene.writes).toEqual(["ModelConfig team-a/shared: nothing, by json", "ModelConfig team-a/shared"]);
    expect(scene.status("ModelConfig", "team-a/shared")).toEqual(own);
  }));

test("what a gateway has by way of its routes and shared models is looked at when its class changes hands", () =>
  statusWorld(
    [
      namespace("team-a"),
      CLASS,
      object(
        "AIGatewayConfig",
        { name: "main", namespace: "team-a" },
        { gatewayClassName: "json", models: [{ name: "a", modelRef: { name: "shared" } }], routes: [] },
      ),
      shared(),
      object(
        "AIRoute",
        { name: "chat", namespace: "team-a" },
        { path: "/chat", targetModel: "a", parentRefs: [{ name: "main" }], promptTemplateRef: { name: "polite" } },
      ),
      object(
        "PromptTemplate",
        { name: "polite", namespace: "team-a" },
        { messages: [{ role: "system", content: "-" }] },
      ),
      object(
        "RateLimitPolicy",
        { name: "slow", namespace: "team-a" },
        { targetRefs: [{ kind: "ModelConfig", name: "shared" }], limits: [{ requests: 1, window: "1s" }] },
      ),
    ],
    async (scene) => {
      scene.writes.length = 0;
      scene.voice = "another's";
      scene.put(object("AIGatewayClass", { name: "json" }, { adapter: "json", controllerName: "example.com/other" }));
      await scene.pass(2000);
      expect(scene.writes.toSorted()).toEqual(
        [
          "AIRoute team-a/chat",
          "ModelConfig team-a/shared",
          "PromptTemplate team-a/polite",
          "RateLimitPolicy team-a/slow",
        ].map((name) => `${name}: nothing, by apply`),
      );
    },
  ));
