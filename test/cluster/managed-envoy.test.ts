import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { findFreePort } from "../support/control-plane/loopback.ts";
import { poll } from "../support/control-plane/poll.ts";
import { ControllerScene } from "../support/gatehouse/controller-scene.ts";
import { installCustomResourceDefinitions, installGatehouse } from "../support/gatehouse/install.ts";
import { loopbackAllowed } from "../support/gatehouse/loopback-allowed.ts";
import { ENVOY_IMAGE, envoyImages } from "../support/gateways/envoy-deployment.ts";
import { type FakeUpstream, startFakeUpstream } from "../support/gateways/fake-upstream.ts";

vi.setConfig({ testTimeout: 120_000 });

describeOnControlPlane(
  "a real Envoy that is made for its AIGatewayConfig",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let scene: ControllerScene;
    let upstream: FakeUpstream;

    beforeAll(async () => {
      const [port, adminPort] = [await findFreePort("127.0.0.1"), await findFreePort("127.0.0.1")];
      upstream = stack.use(await startFakeUpstream());
      await installCustomResourceDefinitions(plane);
      scene = new ControllerScene(plane);
      for (const object of [loopbackAllowed(plane.namespace), managedClass(port, adminPort)]) {
        await scene.put(object);
        stack.defer(() => scene.remove(object.kind, object.metadata.name));
      }
      const values = { "secretNamespaces[0]": plane.namespace, "managedNamespaces[0]": plane.namespace };
      stack.use(await installGatehouse(plane, { values, images: await envoyImages() }));
    }, 900_000);

    afterAll(() => stack.disposeAsync());

    async function put(path: string): Promise<void> {
      const metadata = { name: "own", namespace: plane.namespace };
      const models = [{ name: "gpt", endpoint: `${upstream.url}/v1` }];
      const spec = { gatewayClassName: "managed", models, routes: [{ path, targetModel: "gpt" }] };
      await scene.put({ apiVersion: API_VERSION, kind: "AIGatewayConfig", metadata, spec });
    }

    /** At the Service's address, as clients in the cluster ask. */
    async function ask(path: string): Promise<number> {
      const address = await scene.kubectl(
        "get",
        "service",
        FILES,
        "-o",
        "jsonpath={.spec.clusterIP}:{.spec.ports[0].port}",
      );
      const request = { method: "POST", body: '{"messages":[]}', headers: { Connection: "close" } };
      return (await fetch(`http://${address}${path}`, request)).status;
    }

    const serves = (path: string) => poll(`${path} is served`, async () => (await ask(path)) === 200);
    const pods = () => scene.kubectl("get", "pods", "-l", OF_GATEWAY, "-o", "jsonpath={.items[*].metadata.uid}");

    test("serves through its Service once it says Ready", async () => {
      await put("/first");
      await scene.reaches("own", { Programmed: "True", Ready: "True" });
      await serves("/first");
      expect(upstream.taken()).toMatchObject([{ path: "/v1/first" }]);
    });

    test("reads an edit without being started anew", async () => {
      const before = await pods();
      await put("/second");
      await serves("/second");
      expect(await pods()).toBe(before);
    });

    test("comes back when somebody takes its Service and its Pods away", async () => {
      const before = await pods();
      await scene.kubectl("delete", "service", FILES);
      await scene.kubectl("scale", "deployment", FILES, "--replicas=0");
      await poll("it runs again", async () => ![before, ""].includes(await pods()));
      await serves("/second");
      await scene.reaches("own", { Ready: "True" });
    });

    test("goes with its AIGatewayConfig, and with it all that was made", async () => {
      await scene.remove("aigatewayconfig", "own");
      for (const kind of ["aigatewayconfig", "deployment", "service", "configmap", "secret"])
        await scene.isGone(kind, kind === "aigatewayconfig" ? "own" : FILES);
      await poll("its Pods have ended", async () => (await pods()) === "");
    });
  },
  { certManager: true },
);

const FILES = "own-gateway";
const OF_GATEWAY = "gateway.example.com/gateway-name=own";

function managedClass(port: number, adminPort: number) {
  const spec = {
    adapter: "envoy",
    delivery: { managed: { image: ENVOY_IMAGE, replicas: 1, service: { port: 8000 } } },
    parameters: { listen: `:${port}`, adminListen: `:${adminPort}` },
    verify: { selector: { matchLabels: { "app.kubernetes.io/managed-by": "gatehouse" } }, port: adminPort },
  };
  return { apiVersion: API_VERSION, kind: "AIGatewayClass", metadata: { name: "managed" }, spec };
}
