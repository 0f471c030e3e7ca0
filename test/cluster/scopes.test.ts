import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { CLEANUP_FINALIZER } from "#api/controller-names.ts";
import { API_VERSION } from "#api/kind.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { type FakeCaddy, startFakeCaddy } from "../support/fake-caddy.ts";
import { ControllerScene } from "../support/gatehouse/controller-scene.ts";
import {
  type InstalledGatehouse,
  installCustomResourceDefinitions,
  installGatehouse,
} from "../support/gatehouse/install.ts";

vi.setConfig({ testTimeout: 180_000 });

describeOnControlPlane(
  "two installations with one class, and scopes of their own",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let scene: ControllerScene;
    /** A namespace that the second one is not to look at. */
    let beyond: ControllerScene;
    let caddy: FakeCaddy;
    let first: InstalledGatehouse;
    const classes = () => ({ json: `${plane.namespace}-json`, caddy: `${plane.namespace}-caddy` });

    beforeAll(async () => {
      await installCustomResourceDefinitions(plane);
      const { name: namespace } = stack.use(await plane.createNamespace("beyond"));
      scene = new ControllerScene(plane);
      beyond = new ControllerScene({ ...plane, namespace });
      caddy = stack.use(await startFakeCaddy());
      const delivery = { adminAPI: { url: caddy.url } };
      await scene.put(classOf(classes().json, { adapter: "json" }));
      await scene.put(classOf(classes().caddy, { adapter: "caddy", delivery }));
      for (const name of Object.values(classes())) stack.defer(() => scene.remove("aigwc", name));
      const secrets = { "secretNamespaces[0]": plane.namespace, "secretNamespaces[1]": namespace };
      first = stack.use(
        await installGatehouse(plane, { values: { ...secrets, "controller.gatewaySelector": "tier=one" } }),
      );
      const scope = { "controller.gatewaySelector": "tier=two", "controller.namespaces[0]": plane.namespace };
      stack.use(await installGatehouse(plane, { name: "second", beside: first, values: { ...secrets, ...scope } }));
      // The second one judges for both, so that the first can be away.
      const kinds = "validatingwebhookconfigurations,mutatingwebhookconfigurations";
      await plane.kubectl(["delete", kinds, "gatehouse", "--ignore-not-found"]);
    }, 240_000);

    afterAll(() => stack.disposeAsync());

    const gateway = (name: string, tier: string, { namespace } = scene, gatewayClassName = classes().json) => ({
      apiVersion: API_VERSION,
      kind: "AIGatewayConfig",
      metadata: { name, namespace, labels: { tier } },
      spec: {
        gatewayClassName,
        models: [{ name: `gpt-${name}`, type: "llm", endpoint: "https://api.openai.com/v1" }],
        routes: [{ path: "/v1", targetModel: `gpt-${name}` }],
      },
    });

    const edit = (name: string, path: string) =>
      scene.patch(name, { spec: { routes: [{ path, targetModel: `gpt-${name}` }] } });
    const arrives = (name: string, path: string) =>
      scene.settles(name, ({ document }) => JSON.stringify(document).includes(path));
    const stored = async (name: string) =>
      JSON.parse(await scene.kubectl("get", "aigw", name, "-o", "json")) as AIGatewayConfig;

    /** The installations that told of a gateway, by the Pods that events name. */
    async function tellers(name: string): Promise<readonly string[]> {
      const events = await poll(`there are events of ${name}`, async () => {
        const found = JSON.parse(await scene.events(name)) as { reportingInstance: string }[];
        return found.length > 0 && found;
      });
      return [...new Set(events.map(({ reportingInstance }) => reportingInstance.split("-")[0] ?? ""))];
    }

    test("serve each its own gateways, and nobody those that are in neither scope", async () => {
      await beyond.put(gateway("elsewhere", "two", beyond));
      await scene.put(gateway("neither", "three"));
      await scene.put(gateway("one", "one"));
      await scene.put(gateway("two", "two"));
      for (const name of ["one", "two"]) await scene.reaches(name, { Ready: "True" });
      expect(await tellers("one")).toEqual(["gatehouse"]);
      expect(await tellers("two")).toEqual(["second"]);
      await beyond.put(gateway("here", "one", beyond));
      await beyond.reaches("here", { Ready: "True" });
      expect(await beyond.status("elsewhere")).toEqual({});
      expect(await scene.status("neither")).toEqual({});
      expect(await beyond.kubectl("get", "configmap", "elsewhere-gateway", "--ignore-not-found")).toBe("");
      expect(await scene.kubectl("get", "configmap", "neither-gateway", "--ignore-not-found")).toBe("");
    });

    test("hand a gateway over whose label changes: it stays ready, and nothing is written for it", async () => {
      await scene.put(gateway("moving", "one"));
      await scene.reaches("moving", { Ready: "True" });
      const [before, delivered] = [await stored("moving"), await scene.delivered("moving")];
      await scene.kubectl("label", "aigw", "moving", "tier=two", "--overwrite");
      await first.deployment.stop();
      await edit("two", "/behind"); // whoever has seen this has seen the label
      await arrives("two", "/behind");
      expect(await scene.delivered("moving")).toEqual(delivered);
      expect((await stored("moving")).status).toEqual(before.status);
      await edit("moving", "/moved");
      await arrives("moving", "/moved");
      await first.deployment.start();
      await scene.reaches("moving", { Ready: "True" });
      // It has not been anything else meanwhile.
      expect(readySince(await stored("moving"))).toBe(readySince(before));
      expect(await tellers("moving")).toEqual(["gatehouse"]);
    });

    test("leave the other's gateways as they are when that one is away", async () => {
      await first.deployment.stop();
      const before = await stored("one");
      await scene.kubectl("delete", "configmap", "one-gateway");
      await edit("one", "/unseen");
      await edit("two", "/seen");
      await arrives("two", "/seen");
      expect((await stored("one")).status).toEqual(before.status);
      expect(await scene.kubectl("get", "configmap", "one-gateway", "--ignore-not-found")).toBe("");
      await first.deployment.start();
      await arrives("one", "/unseen");
    });

    test("keep the finalizers of a gateway that moves, and whoever has it then empties it", async () => {
      await scene.put(gateway("pushed", "one", scene, classes().caddy));
      await scene.reaches("pushed", { Programmed: "True" });
      const running = caddy.running();
      caddy.ail();
      await scene.kubectl("label", "aigw", "pushed", "tier=two", "--overwrite");
      await first.deployment.stop();
      await edit("two", "/behind/pushed");
      await arrives("two", "/behind/pushed");
      expect(caddy.running()).toBe(running);
      expect(caddy.given()).toEqual([]);
      for (const object of [["aigw", "pushed"] as const, ["aigwc", classes().caddy] as const])
        expect(await scene.kubectl("get", ...object, "-o", "jsonpath={.metadata.finalizers[*]}")).toBe(
          CLEANUP_FINALIZER,
        );
      await scene.remove("aigw", "pushed");
      await scene.isGone("aigw", "pushed");
      expect(caddy.running()).not.toContain("api.openai.com");
      await first.deployment.start();
    });
  },
  { certManager: true },
);

function readySince({ status }: AIGatewayConfig): string | undefined {
  return status?.conditions?.find(({ type, status }) => type === "Ready" && status === "True")?.lastTransitionTime;
}

function classOf(name: string, spec: object) {
  return { apiVersion: API_VERSION, kind: "AIGatewayClass", metadata: { name }, spec };
}
