import { afterAll, beforeAll, expect, test } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { ControllerScene } from "../support/gatehouse/controller-scene.ts";
import {
  type InstalledGatehouse,
  installCustomResourceDefinitions,
  installGatehouse,
} from "../support/gatehouse/install.ts";

const CLASS = {
  apiVersion: API_VERSION,
  kind: "AIGatewayClass",
  metadata: { name: "managed-rights" },
  spec: {
    adapter: "json",
    delivery: { managed: { image: "gateway:1", replicas: 0, service: { port: 8000 } } },
  },
};

describeOnControlPlane(
  "with the rights that the chart gives it in managedNamespaces, the controller",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let gatehouse: InstalledGatehouse;
    let scene: ControllerScene;

    beforeAll(async () => {
      await installCustomResourceDefinitions(plane);
      scene = new ControllerScene(plane);
      await scene.put(CLASS);
      stack.defer(() => scene.remove(CLASS.kind, CLASS.metadata.name));
      const values = { "secretNamespaces[0]": plane.namespace, "managedNamespaces[0]": plane.namespace };
      gatehouse = stack.use(await installGatehouse(plane, { values }));
      await scene.put({
        apiVersion: API_VERSION,
        kind: "AIGatewayConfig",
        metadata: { name: "own", namespace: plane.namespace },
        spec: {
          gatewayClassName: CLASS.metadata.name,
          models: [{ name: "gpt", type: "llm", endpoint: "https://api.openai.com/v1" }],
          routes: [{ path: "/v1", targetModel: "gpt" }],
        },
      });
    }, 120_000);

    afterAll(() => stack.disposeAsync());

    const objects = () => scene.kubectl("get", "deployments,services", "--output=name");
    const read = (what: string, path: string) => scene.kubectl("get", what, `--output=jsonpath={${path}}`);

    test("makes a gateway's Deployment and Service", async () => {
      await poll("both are there", async () => (await objects()) === BOTH);
    });

    const repairs = async (kind: string) => {
      const pods = await gatehouse.deployment.pods();
      const texts = await Promise.all(pods.map(async ({ plain }) => (await fetch(`${plain}/metrics`)).text()));
      return texts.flatMap(
        (text) => new RegExp(`drift_repairs_total\\{kind="${kind}"\\} (\\d+)`).exec(text)?.[1] ?? [],
      );
    };

    test("puts back a changed port of the Service, and counts it once", async () => {
      await poll("it is known to be delivered", async () => /.+/.test(await read("aigw/own", ".status.configHash")));
      await scene.kubectl("patch", "service", "own-gateway", "--type=merge", `--patch=${OTHER_PORT}`);
      await poll(
        "the port is as it was",
        async () => (await read("service/own-gateway", ".spec.ports[*].port")) === "8000",
      );
      await poll("it is counted", async () => (await repairs("Service")).join() === "1");
      expect(await read("service/own-gateway", ".spec.ports[*].name")).toBe("http");
    });

    test("puts back what somebody changes of them, and what somebody deletes", async () => {
      await scene.kubectl("patch", "service", "own-gateway", "--type=json", `--patch=${OTHER_TARGET}`);
      await poll(
        "the Service is as it was",
        async () => (await read("service/own-gateway", ".spec.ports[0].targetPort")) === "http",
      );
      await scene.kubectl("patch", "deployment", "own-gateway", "--type=merge", '--patch={"spec":{"replicas":1}}');
      await poll(
        "the Deployment is as it was",
        async () => (await read("deployment/own-gateway", ".spec.replicas")) === "0",
      );
      await scene.kubectl("delete", "service/own-gateway", "deployment/own-gateway");
      await poll("both are there again", async () => (await objects()) === BOTH);
    });

    test("leaves it to Kubernetes to take both away with their AIGatewayConfig", async () => {
      await scene.remove("AIGatewayConfig", "own");
      await poll("both are gone", async () => (await objects()) === "");
      expect(await scene.kubectl("get", "aigatewayconfigs", "--output=name")).toBe("");
    });
  },
  { certManager: true },
);

const BOTH = "deployment.apps/own-gateway\nservice/own-gateway\n";
const OTHER_PORT = JSON.stringify({ spec: { ports: [{ name: "http", port: 9000, targetPort: "http" }] } });
const OTHER_TARGET = JSON.stringify([{ op: "replace", path: "/spec/ports/0/targetPort", value: "other" }]);
