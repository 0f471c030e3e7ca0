import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { CLEANUP_FINALIZER, SKIP_CLEANUP_ANNOTATION } from "#api/controller-names.ts";
import { API_VERSION } from "#api/kind.ts";
import { type AIGatewayClass, CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { type FakeCaddy, startFakeCaddy } from "../support/fake-caddy.ts";
import { answering } from "../support/fake-gateway.ts";
import { ControllerScene } from "../support/gatehouse/controller-scene.ts";
import {
  type InstalledGatehouse,
  installCustomResourceDefinitions,
  installGatehouse,
} from "../support/gatehouse/install.ts";

vi.setConfig({ testTimeout: 180_000 });

describeOnControlPlane(
  "the class of a gateway with an admin API",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let scene: ControllerScene;
    /** A namespace that is to go. */
    let ending: ControllerScene;
    let gatehouse: InstalledGatehouse;
    let caddy: FakeCaddy;
    let classes = 0;
    let name = "";

    beforeAll(async () => {
      await installCustomResourceDefinitions(plane);
      scene = new ControllerScene(plane);
      ending = new ControllerScene({ ...plane, namespace: stack.use(await plane.createNamespace("ending")).name });
      const values = { "secretNamespaces[0]": plane.namespace, "secretNamespaces[1]": ending.namespace };
      gatehouse = stack.use(await installGatehouse(plane, { values }));
    }, 120_000);

    afterAll(() => stack.disposeAsync());

    /** A class, a gateway of it that runs a configuration, and both held. */
    beforeEach(async () => {
      caddy = await startFakeCaddy();
      classes += 1;
      name = `held-${classes}`;
      await scene.put(gatewayClass(name));
      await scene.put(gateway("chat", name));
      await scene.reaches("chat", { Programmed: "True" });
      await poll("its class is held", async () => (await finalizers(name)).includes(CLEANUP_FINALIZER));
    });

    afterEach(async () => {
      caddy.ail();
      await scene.remove("aigw", "chat");
      await scene.isGone("aigw", "chat");
      await caddy[Symbol.asyncDispose]();
    });

    const gatewayClass = (className: string, spec: object = {}) => ({
      apiVersion: API_VERSION,
      kind: "AIGatewayClass",
      metadata: { name: className },
      spec: { adapter: "caddy", delivery: { adminAPI: { url: `${caddy.url}/{name}` } }, ...spec },
    });

    const gateway = (gatewayName: string, gatewayClassName: string, { namespace } = scene) => ({
      apiVersion: API_VERSION,
      kind: "AIGatewayConfig",
      metadata: { name: gatewayName, namespace },
      spec: {
        gatewayClassName,
        models: [{ name: "gpt", type: "llm", endpoint: "https://api.openai.com/v1" }],
        routes: [{ path: "/v1", targetModel: "gpt" }],
      },
    });

    async function stored(className: string): Promise<AIGatewayClass & { metadata: { finalizers?: string[] } }> {
      return JSON.parse(await scene.kubectl("get", "aigwc", className, "-o", "json")) as never;
    }

    const finalizers = async (className: string) => (await stored(className)).metadata.finalizers ?? [];
    const isReleased = (className: string) =>
      poll(`${className} is released`, async () => (await finalizers(className)).length === 0);

    async function forceDeletion(className: string): Promise<void> {
      await scene.kubectl("annotate", "aigwc", className, "gateway.example.com/force-deletion=true");
      await scene.remove("aigwc", className);
    }

    const waits = (className: string) =>
      poll(`${className} says what it waits for`, async () => {
        const { status } = await stored(className);
        const condition = status?.conditions?.find(({ type }) => type === "Terminating");
        return condition?.message?.includes(`${plane.namespace}/chat`);
      });

    const runsNothing = () => !caddy.running().includes("api.openai.com");

    test("is not deleted while it is in use; forced, it waits until its gateway is emptied, and says so", async () => {
      const denied = await plane.kubectl(["delete", "aigwc", name], { expect: 1 });
      expect(denied.stderr).toContain("(in-use)");
      await forceDeletion(name);
      await waits(name);
      expect(runsNothing()).toBe(false);
      await scene.remove("aigw", "chat");
      await scene.isGone("aigw", "chat");
      await scene.isGone("aigwc", name);
      expect(runsNothing()).toBe(true);
    });

    test("waits likewise when it was deleted while nobody judged that", async () => {
      await gatehouse.deployment.stop();
      await scene.remove("aigwc", name);
      await scene.remove("aigw", "chat");
      await gatehouse.deployment.start();
      await scene.isGone("aigw", "chat");
      await scene.isGone("aigwc", name);
      expect(runsNothing()).toBe(true);
    });

    test("goes on serving its gateway while it waits, and takes no other", async () => {
      await forceDeletion(name);
      await waits(name);
      const running = caddy.running();
      await scene.patch("chat", { spec: { routes: [{ path: "/v2", targetModel: "gpt" }] } });
      await poll("the edit arrives", () => Promise.resolve(caddy.running() !== running));
      await scene.put(gateway("late", name));
      await poll("it is told why", async () => {
        const { conditions } = await scene.status("late");
        return conditions?.some(({ type, reason }) => type === "Programmed" && reason === "ClassTerminating");
      });
      await scene.remove("aigw", "late");
    });

    test("goes by annotation, and then its gateway, which nobody can empty any more", async () => {
      caddy.ail(answering(500));
      await forceDeletion(name);
      await waits(name);
      await scene.kubectl("annotate", "aigwc", name, `${SKIP_CLEANUP_ANNOTATION}=true`);
      await scene.isGone("aigwc", name);
      await scene.remove("aigw", "chat");
      await scene.isGone("aigw", "chat");
      expect(await scene.events("chat")).toContain("CleanUpSkipped");
    });

    test("gets our finalizer back when it is taken off, and keeps that of others", async () => {
      const other = "example.com/other";
      await scene.kubectl("patch", "aigwc", name, "--type=merge", "-p", `{"metadata":{"finalizers":["${other}"]}}`);
      await poll("ours is back", async () => (await finalizers(name)).includes(CLEANUP_FINALIZER));
      await scene.remove("aigw", "chat");
      await poll("ours is gone", async () => !(await finalizers(name)).includes(CLEANUP_FINALIZER));
      expect(await finalizers(name)).toEqual([other]);
      await scene.kubectl("patch", "aigwc", name, "--type=merge", "-p", '{"metadata":{"finalizers":null}}');
    });

    test("is released when its gateway changes class, and the other one is held", async () => {
      await scene.put(gatewayClass("other"));
      await scene.patch("chat", { spec: { gatewayClassName: "other" } });
      await isReleased(name);
      expect(await finalizers("other")).toEqual([CLEANUP_FINALIZER]);
      await scene.remove("aigw", "chat");
      await isReleased("other");
      await scene.remove("aigwc", "other");
      await scene.isGone("aigwc", "other");
    });

    test("is handed over to another controller with our finalizer, or without when that has no use for it", async () => {
      await scene.put(gatewayClass(name, { controllerName: "example.com/nobody" }));
      await isReleased(name);
      await poll("nothing of ours is in its status", async () => {
        const { status } = await stored(name);
        return Object.keys(status ?? {}).length === 0;
      });
      const theirs = "example.com/second";
      const values = { "controller.name": theirs, "secretNamespaces[0]": plane.namespace };
      await using _second = await installGatehouse(plane, { name: "second", beside: gatehouse, values });
      await scene.put(gatewayClass(name, { controllerName: theirs }));
      await poll("the second one serves", async () => (await scene.status("chat")).controllerName === theirs);
      await poll("it holds the class", async () => (await finalizers(name)).includes(CLEANUP_FINALIZER));
      await scene.put(gatewayClass(name, { controllerName: CONTROLLER_NAME }));
      await poll("the first one serves", async () => (await scene.status("chat")).controllerName === CONTROLLER_NAME);
      await poll("it says so", async () => (await stored(name)).status?.controllerName === CONTROLLER_NAME);
      await poll("it holds the class", async () => (await finalizers(name)).includes(CLEANUP_FINALIZER));
      expect(runsNothing()).toBe(false);
    });

    test("is handed over while gateways cannot be emptied: they say so, and go by annotation or with their namespace", async () => {
      await ending.put(gateway("doomed", name, ending));
      await ending.reaches("doomed", { Programmed: "True" });
      const both = [
        [scene, "chat"],
        [ending, "doomed"],
      ] as const;
      const programmed = (reason: string) =>
        Promise.all(
          both.map(([where, one]) =>
            poll(`${one} says ${reason}`, async () => {
              const { phase, conditions } = await where.status(one);
              const said = conditions?.find(({ type }) => type === "Programmed");
              return phase === "Terminating" && said?.reason === reason && said.message;
            }),
          ),
        );
      caddy.ail(answering(500));
      for (const [where, one] of both) await where.remove("aigw", one);
      await programmed("GatewayFault");
      await scene.put(gatewayClass(name, { controllerName: "example.com/nobody" }));
      for (const message of await programmed("HandedOver")) expect(message).toContain(SKIP_CLEANUP_ANNOTATION);
      await scene.kubectl("annotate", "aigw", "chat", `${SKIP_CLEANUP_ANNOTATION}=true`);
      await scene.isGone("aigw", "chat");
      await poll("an event says so", async () => (await scene.events("chat")).includes("CleanUpSkipped"));
      expect(await finalizers(name)).toEqual([CLEANUP_FINALIZER]);
      await plane.kubectl(["delete", "namespace", ending.namespace, "--wait=false"]);
      await ending.isGone("aigw", "doomed");
      await isReleased(name);
      await poll("nothing of ours is in the class's status", async () => {
        const { status } = await stored(name);
        return Object.keys(status ?? {}).length === 0;
      });
    });

    test("is no reason for an error in the log, in all of this", () => {
      expect(gatehouse.deployment.outputs().join("")).not.toMatch(/"level":"(?:error|fatal)"/);
    });
  },
  { certManager: true },
);
