import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { ControllerScene } from "../support/gatehouse/controller-scene.ts";
import { installCustomResourceDefinitions, installGatehouse } from "../support/gatehouse/install.ts";
import { loopbackAllowed } from "../support/gatehouse/loopback-allowed.ts";
import { type FakeUpstream, startFakeUpstream } from "../support/gateways/fake-upstream.ts";
import { MASTER_KEY } from "../support/gateways/litellm.ts";
import { litellmDeployment, litellmImages } from "../support/gateways/litellm-deployment.ts";
import type { Pod } from "../support/process-node/pod.ts";

vi.setConfig({ testTimeout: 180_000 });

/** It starts in 15 s, and twice for an edit. */
const START_MILLISECONDS = 120_000;

describeOnControlPlane(
  "a real LiteLLM under the controller",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let scene: ControllerScene;
    let upstream: FakeUpstream;

    beforeAll(async () => {
      upstream = stack.use(await startFakeUpstream());
      await installCustomResourceDefinitions(plane);
      scene = new ControllerScene(plane);
      for (const object of [loopbackAllowed(plane.namespace), LITELLM_CLASS]) {
        await scene.put(object);
        stack.defer(() => scene.remove(object.kind, object.metadata.name));
      }
      const values = {
        "secretNamespaces[0]": plane.namespace,
        "rolloutNamespaces[0]": plane.namespace,
        "endpointSecrets[0]": "litellm",
      };
      const gatehouse = stack.use(await installGatehouse(plane, { values, images: await litellmImages() }));
      const metadata = { name: "litellm", namespace: gatehouse.namespace };
      await scene.put({ apiVersion: "v1", kind: "Secret", metadata, stringData: { "master-key": MASTER_KEY } });
      await scene.kubectl("create", "secret", "generic", "provider", "--from-literal=key=not-a-real-key");
      const deployment = { name: "chat", namespace: plane.namespace };
      await scene.put({ ...litellmDeployment("chat"), metadata: deployment });
    }, 900_000);

    afterAll(() => stack.disposeAsync());

    async function runs(id: string): Promise<void> {
      const metadata = { name: "chat", namespace: plane.namespace };
      const auth = { valueFrom: { secretKeyRef: { name: "provider", key: "key" } } };
      const models = [{ name: "gpt", model: id, endpoint: `${upstream.url}/v1`, auth }];
      const spec = { gatewayClassName: "litellm", models, routes: [] };
      await scene.put({ apiVersion: API_VERSION, kind: "AIGatewayConfig", metadata, spec });
      await poll(`${id} is Programmed`, () => scene.reaches("chat", { Programmed: "True" }), {
        within: START_MILLISECONDS,
      });
    }

    /** Of a Pod that takes requests and will not go, as a Service would choose. */
    async function readyAddress(): Promise<string> {
      const { items } = JSON.parse(await scene.kubectl("get", "pod", "-l", "app=chat", "-o", "json")) as {
        readonly items: readonly Pod[];
      };
      const ready = items.find(
        ({ metadata, status }) =>
          metadata.deletionTimestamp === undefined &&
          status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
      );
      if (!ready?.status?.podIP) throw new Error("no Pod is ready");
      return ready.status.podIP;
    }

    async function chat(): Promise<{ readonly status: number; readonly model: unknown; readonly key: unknown }> {
      const address = await readyAddress();
      const body = JSON.stringify({ model: "gpt", messages: [{ role: "user", content: "Hello" }] });
      const headers = { Authorization: `Bearer ${MASTER_KEY}`, "Content-Type": "application/json" };
      upstream.taken();
      const response = await fetch(`http://${address}:4000/v1/chat/completions`, { method: "POST", headers, body });
      const asked = upstream.taken().find(({ path }) => path === "/v1/chat/completions");
      const model: unknown = asked && (JSON.parse(asked.body) as { readonly model: unknown }).model;
      return { status: response.status, model, key: asked?.headers.authorization };
    }

    test("answers a chat through what was delivered, and through an edit once it was restarted for it", async () => {
      await runs("first-id");
      expect(await chat()).toEqual({ status: 200, model: "first-id", key: "Bearer not-a-real-key" });
      await runs("second-id");
      expect(await chat()).toEqual({ status: 200, model: "second-id", key: "Bearer not-a-real-key" });
    });
  },
  { certManager: true },
);

const LITELLM_CLASS = {
  apiVersion: API_VERSION,
  kind: "AIGatewayClass",
  metadata: { name: "litellm" },
  spec: {
    adapter: "litellm",
    delivery: { rollout: { deployment: "{name}" } },
    verify: {
      selector: { matchLabels: { app: "chat" } },
      credentialsRef: { name: "litellm", key: "master-key" },
      timeout: "5m",
    },
  },
};
