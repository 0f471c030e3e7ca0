import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import { GATEWAY_NAME_LABEL } from "#controller/verification/gateway-pods.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { ControllerScene } from "../support/gatehouse/controller-scene.ts";
import { installCustomResourceDefinitions, installGatehouse } from "../support/gatehouse/install.ts";
import { suiteObjects } from "../support/process-node/suite-objects.ts";
import { TINY_IMAGES, tinyDeployment } from "../support/tiny-server/manifests.ts";

vi.setConfig({ testTimeout: 60_000 });

/** Where the gateways of this suite have the document, which they show as it lies there. */
const DIRECTORY = "/etc/gatehouse/config";

const CLASS = {
  apiVersion: API_VERSION,
  kind: "AIGatewayClass",
  metadata: { name: "verified" },
  spec: {
    adapter: "json",
    verify: {
      selector: { matchLabels: { role: "gateway" } },
      port: 8080,
      path: `/files${DIRECTORY}/gateway.json`,
      timeout: "5s",
    },
  },
};

describeOnControlPlane(
  "verification, as the chart's controller does it",
  (plane) => {
    const stack = new AsyncDisposableStack();
    const { apply, rolledOut, podsOf, kubectl } = suiteObjects(plane);
    let scene: ControllerScene;

    beforeAll(async () => {
      await installCustomResourceDefinitions(plane);
      scene = new ControllerScene(plane);
      await scene.put(CLASS);
      stack.defer(() => scene.remove("AIGatewayClass", "verified"));
      const values = { "secretNamespaces[0]": plane.namespace };
      stack.use(await installGatehouse(plane, { values, images: TINY_IMAGES }));
    }, 120_000);

    afterAll(() => stack.disposeAsync());

    const configured = (name: string) =>
      scene.put({
        apiVersion: API_VERSION,
        kind: "AIGatewayConfig",
        metadata: { name, namespace: plane.namespace },
        spec: {
          gatewayClassName: "verified",
          models: [{ name: "gpt", type: "llm", endpoint: "https://api.openai.com/v1" }],
          routes: [{ path: "/v1", targetModel: "gpt" }],
        },
      });

    const edited = (name: string, path: string) =>
      scene.patch(name, { spec: { routes: [{ path, targetModel: "gpt" }] } });

    const reaches = (name: string, reason: string) =>
      poll(`${name} is ${reason}`, async () => {
        const status = await scene.status(name);
        const programmed = status.conditions?.find(({ type }) => type === "Programmed");
        return programmed?.reason === reason && { ...status, programmed };
      });

    test("a gateway counts as programmed when all of its ready Pods run the configuration", async () => {
      await configured("honest");
      expect((await reaches("honest", "NoInstances")).programmed.status).toBe("False");
      await apply(gateway("honest", { replicas: 2 }));
      const first = await reaches("honest", "Programmed");
      await rolledOut("honest");
      await poll("both count", async () => (await scene.status("honest")).gateway?.verified === 2);
      await edited("honest", "/v2");
      const second = await poll("the edit counts", async () => {
        const status = await reaches("honest", "Programmed");
        return status.configHash !== first.configHash && status;
      });
      expect(second).toMatchObject({ phase: "Ready", appliedModels: ["gpt"], gateway: { instances: 2, verified: 2 } });
    });

    test("a Pod that silently keeps the old configuration is named, and counts again when it is replaced", async () => {
      await configured("stubborn");
      await scene.settles("stubborn", ({ hash }) => hash !== undefined);
      await apply(gateway("stubborn", { replicas: 1, subPath: "gateway.json" }));
      const before = await reaches("stubborn", "Programmed");
      await edited("stubborn", "/v2");
      const { programmed, gateway: instances, lastAppliedTimestamp } = await reaches("stubborn", "HashMismatch");
      const [pod] = await podsOf("stubborn");
      expect(programmed).toMatchObject({ status: "False" });
      expect(programmed.message).toContain(`Pod ${pod?.metadata.name}`);
      expect(programmed.message).toContain(`runs "${before.configHash}" instead of`);
      expect(instances).toMatchObject({ instances: 1, verified: 0 });
      expect(lastAppliedTimestamp).toBe(before.lastAppliedTimestamp);
      await kubectl("rollout", "restart", "deployment/stubborn");
      await rolledOut("stubborn");
      expect((await reaches("stubborn", "Programmed")).configHash).not.toBe(before.configHash);
    });
  },
  { certManager: true },
);

/** Pods of one gateway; with a `subPath` a kubelet never brings them another file. */
function gateway(name: string, options: { readonly replicas: number; readonly subPath?: string }): object {
  const { subPath } = options;
  const mount = subPath === undefined ? { mountPath: DIRECTORY } : { mountPath: `${DIRECTORY}/${subPath}`, subPath };
  const container = { volumeMounts: [{ name: "config", ...mount }] };
  const volumes = [{ name: "config", configMap: { name: `${name}-gateway` } }];
  const deployment = tinyDeployment(name, { ...options, container, spec: { volumes } }) as Deployment;
  Object.assign(deployment.spec.template.metadata.labels, { role: "gateway", [GATEWAY_NAME_LABEL]: name });
  return deployment;
}

interface Deployment {
  readonly spec: { readonly template: { readonly metadata: { readonly labels: Record<string, string> } } };
}
