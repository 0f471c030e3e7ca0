import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { findFreePort } from "../support/control-plane/loopback.ts";
import { poll } from "../support/control-plane/poll.ts";
import { ControllerScene } from "../support/gatehouse/controller-scene.ts";
import { installCustomResourceDefinitions, installGatehouse } from "../support/gatehouse/install.ts";
import { loopbackAllowed } from "../support/gatehouse/loopback-allowed.ts";
import { caddyDeployment, caddyImages } from "../support/gateways/caddy-deployment.ts";
import { type FakeUpstream, startFakeUpstream } from "../support/gateways/fake-upstream.ts";

vi.setConfig({ testTimeout: 120_000 });

describeOnControlPlane(
  "a real Caddy under the controller",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let scene: ControllerScene;
    let upstream: FakeUpstream;
    let url: string;

    beforeAll(async () => {
      const [port, adminPort] = [await findFreePort("127.0.0.1"), await findFreePort("127.0.0.1")];
      url = `http://127.0.0.1:${port}`;
      upstream = stack.use(await startFakeUpstream());
      await installCustomResourceDefinitions(plane);
      scene = new ControllerScene(plane);
      for (const object of [loopbackAllowed(plane.namespace), caddyClass(port, adminPort)]) {
        await scene.put(object);
        stack.defer(() => scene.remove(object.kind, object.metadata.name));
      }
      const values = { "secretNamespaces[0]": plane.namespace };
      stack.use(await installGatehouse(plane, { values, images: await caddyImages() }));
      await scene.kubectl("create", "secret", "generic", "provider", "--from-literal=key=not-a-real-key");
      await scene.put({ ...caddyDeployment("edge"), metadata: { name: "edge", namespace: plane.namespace } });
    }, 900_000);

    afterAll(() => stack.disposeAsync());

    async function put(header: string): Promise<void> {
      const metadata = { name: "edge", namespace: plane.namespace };
      const valueFrom = { secretKeyRef: { name: "provider", key: "key" } };
      const spec = {
        gatewayClassName: "caddy",
        models: [{ name: "gpt", endpoint: `${upstream.url}/v1`, auth: { header, valueFrom } }],
        routes: [{ path: "/chat", targetModel: "gpt" }],
      };
      await scene.put({ apiVersion: API_VERSION, kind: "AIGatewayConfig", metadata, spec });
    }

    const ask = () =>
      fetch(`${url}/chat/completions`, { method: "POST", body: "{}", headers: { Connection: "close" } });

    /** Of what the provider gets when a client asks. */
    async function headersOf() {
      await ask();
      return upstream.taken().at(-1)?.headers;
    }

    test("is Programmed once Caddy itself says that it runs what was pushed, and serves it", async () => {
      await put("X-First");
      const status = await scene.reaches("edge", { Programmed: "True", Ready: "True" });
      expect(status.appliedModels).toEqual(["gpt"]);
      expect((await poll("Caddy serves", ask)).status).toBe(200);
      const [request] = upstream.taken();
      expect(request).toMatchObject({ path: "/v1/chat/completions", headers: { "x-first": "not-a-real-key" } });
    });

    test("pushes an edit, and again what a restart has lost", async () => {
      await put("X-Second");
      await poll("the edit is served", async () => (await headersOf())?.["x-second"] === "not-a-real-key");
      await scene.kubectl("delete", "pod", "-l", "app=edge", "--wait=true");
      await poll("Caddy serves again", async () => (await headersOf())?.["x-second"] === "not-a-real-key");
      await scene.reaches("edge", { Programmed: "True" });
    });
  },
  { certManager: true },
);

function caddyClass(port: number, adminPort: number) {
  const admin = `127.0.0.1:${adminPort}`;
  const spec = {
    adapter: "caddy",
    delivery: { adminAPI: { url: `http://${admin}` } },
    parameters: { listen: `127.0.0.1:${port}`, adminListen: admin },
    verify: { timeout: "30s" },
  };
  return { apiVersion: API_VERSION, kind: "AIGatewayClass", metadata: { name: "caddy" }, spec };
}
