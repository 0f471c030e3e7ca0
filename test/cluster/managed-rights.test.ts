import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { ControllerScene } from "../support/gatehouse/controller-scene.ts";
import {
  type InstalledGatehouse,
  installCustomResourceDefinitions,
  installGatehouse,
} from "../support/gatehouse/install.ts";

const MANAGED = { image: "gateway:1", replicas: 0, service: { port: 8000 } };

/** One that goes although gateways need it. */
function classNamed(name: string, delivery: object) {
  const metadata = { name, annotations: { "gateway.example.com/force-deletion": "true" } };
  return { apiVersion: API_VERSION, kind: "AIGatewayClass", metadata, spec: { adapter: "json", delivery } };
}

function renamed(delivery: object) {
  return classNamed("renamed", delivery);
}

const CLASS = classNamed("managed-rights", { managed: MANAGED });

describeOnControlPlane(
  "with the rights that the chart gives it in managedNamespaces, the controller",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let gatehouse: InstalledGatehouse;
    let scene: ControllerScene;

    beforeAll(async () => {
      await installCustomResourceDefinitions(plane);
      scene = new ControllerScene(plane);
      await putClass(CLASS);
      const values = { "secretNamespaces[0]": plane.namespace, "managedNamespaces[0]": plane.namespace };
      gatehouse = stack.use(await installGatehouse(plane, { values }));
      await putGateway("own", CLASS.metadata.name);
    }, 120_000);

    afterAll(() => stack.disposeAsync());

    async function putClass(gatewayClass: ReturnType<typeof classNamed>): Promise<void> {
      const { kind, metadata } = gatewayClass;
      await scene.put(gatewayClass);
      stack.defer(() => scene.remove(kind, metadata.name));
    }

    async function putGateway(name: string, gatewayClassName: string, path = "/v1"): Promise<void> {
      const models = [{ name: "gpt", type: "llm", endpoint: "https://api.openai.com/v1" }];
      const spec = { gatewayClassName, models, routes: [{ path, targetModel: "gpt" }] };
      const metadata = { name, namespace: plane.namespace };
      await scene.put({ apiVersion: API_VERSION, kind: "AIGatewayConfig", metadata, spec });
    }

    /** Somebody's own. */
    const putStrange = (name: string, metadata: object) =>
      scene.put({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: plane.namespace, ...metadata } });

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

    describe("what a gateway has under former names", () => {
      const DELIVERED = ["configmap", "secret"];
      const ALL = [...DELIVERED, "deployment.apps", "service"];
      /** Which kinds there are of a name. */
      const present = async (name: string) => {
        const lines = (await scene.kubectl("get", "configmaps,secrets,deployments,services", "--output=name")).split(
          "\n",
        );
        return ALL.filter((kind) => lines.includes(`${kind}/${name}`));
      };
      const become = (name: string, kinds: readonly string[]) =>
        poll(`of ${name} there are: ${kinds.join()}`, async () => (await present(name)).join() === kinds.join());

      beforeAll(async () => {
        await putClass(renamed({ managed: MANAGED }));
        await putClass(classNamed("moved", { configMapName: "{name}-moved", secretName: "{name}-moved" }));
        for (const name of ["moving", "staying"])
          await putGateway(name, name === "moving" ? "renamed" : CLASS.metadata.name);
        await become("moving-gateway", ALL);
        await become("staying-gateway", ALL);
        const uid = await read("aigw/moving", ".metadata.uid");
        const owner = { apiVersion: API_VERSION, kind: "AIGatewayConfig", name: "moving", uid };
        await putStrange("labelled", { labels: { "app.kubernetes.io/managed-by": "gatehouse" } });
        await putStrange("owned", { ownerReferences: [{ ...owner, controller: true }] });
      });

      test("stays until a Deployment that takes its place serves, and is deleted then; others' objects stay", async () => {
        const names = { configMapName: "{name}-new", secretName: "{name}-new" };
        await scene.put(renamed({ ...names, managed: { ...MANAGED, replicas: 1 } }));
        await become("moving-new", ALL);
        await putGateway("moving", "renamed", "/edited");
        await scene.reaches("moving", { Programmed: "True" });
        expect(await present("moving-gateway")).toEqual(ALL);
        await scene.put(renamed({ ...names, managed: MANAGED }));
        await become("moving-gateway", []);
        expect(await present("moving-new")).toEqual(ALL);
        expect(await present("staying-gateway")).toEqual(ALL);
        for (const name of ["labelled", "owned"]) expect(await present(name)).toEqual(["configmap"]);
        await poll("it is told", async () => (await scene.events("moving")).includes("Deployment moving-gateway"));
      });

      test("stays while nothing can be delivered under those of another class, and goes when it can", async () => {
        await putStrange("moving-moved", {});
        await putGateway("moving", "moved", "/edited");
        await scene.reaches("moving", { Programmed: "False" });
        expect(await present("moving-new")).toEqual(ALL);
        await scene.remove("configmap", "moving-moved");
        await become("moving-new", []);
        expect(await present("moving-moved")).toEqual(DELIVERED);
        expect(await present("staying-gateway")).toEqual(ALL);
      });

      test("is Deployment and Service where its class makes none any more", async () => {
        await scene.put(classNamed(CLASS.metadata.name, { configMapName: "{name}-gateway" }));
        await become("staying-gateway", DELIVERED);
        expect(await present("moving-moved")).toEqual(DELIVERED);
      });
    });
  },
  { certManager: true },
);

const BOTH = "deployment.apps/own-gateway\nservice/own-gateway\n";
const OTHER_PORT = JSON.stringify({ spec: { ports: [{ name: "http", port: 9000, targetPort: "http" }] } });
const OTHER_TARGET = JSON.stringify([{ op: "replace", path: "/spec/ports/0/targetPort", value: "other" }]);
