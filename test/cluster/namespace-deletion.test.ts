import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { CLEANUP_FINALIZER } from "#api/controller-names.ts";
import { API_VERSION } from "#api/kind.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { type FakeCaddy, startFakeCaddy } from "../support/fake-caddy.ts";
import { HANGING_UP } from "../support/fake-gateway.ts";
import { ControllerScene } from "../support/gatehouse/controller-scene.ts";
import {
  type InstalledGatehouse,
  installCustomResourceDefinitions,
  installGatehouse,
} from "../support/gatehouse/install.ts";

vi.setConfig({ testTimeout: 180_000 });

const ORDERS = [
  "at once",
  "when its class was deleted before",
  "when policies and approvals were deleted before",
  "when its gateways were deleted before and their parts stay",
  "when its parts were deleted before and the gateways stay",
  "as its gateways are being edited",
] as const;
type Order = (typeof ORDERS)[number];

describeOnControlPlane(
  "a namespace of gateways that is deleted",
  (plane) => {
    const stack = new AsyncDisposableStack();
    const namespaces = new Map<Order, string>();
    let gatehouse: InstalledGatehouse;
    /** The suite's own namespace, which stays. */
    let standing: ControllerScene;

    beforeAll(async () => {
      await installCustomResourceDefinitions(plane);
      for (const order of ORDERS) namespaces.set(order, stack.use(await plane.createNamespace("ending")).name);
      standing = new ControllerScene(plane);
      const granted = [plane.namespace, ...namespaces.values()];
      const values = Object.fromEntries(granted.map((name, index) => [`secretNamespaces[${index}]`, name]));
      gatehouse = stack.use(await installGatehouse(plane, { values }));
    }, 120_000);

    afterAll(() => stack.disposeAsync());

    /** Gateways of each kind of delivery, one of which is about to hang up, with parts of every kind and what judges them. */
    async function filled(order: Order) {
      const namespace = namespaces.get(order) ?? "";
      const scene = new ControllerScene({ ...plane, namespace });
      const reachable = await startFakeCaddy();
      const unreachable = await startFakeCaddy();
      stack.use(reachable);
      stack.use(unreachable);
      const objects = objectsOf(namespace, { reachable, unreachable });
      for (const object of objects) {
        await scene.put(object);
        if (!("namespace" in object.metadata)) stack.defer(() => scene.remove(object.kind, object.metadata.name));
      }
      for (const name of GATEWAYS) await scene.reaches(name, { Programmed: "True", ResolvedRefs: "True" });
      for (const name of ["reachable", "unreachable"]) expect(await finalizers(scene, name)).toBe(CLEANUP_FINALIZER);
      reachable.ail();
      unreachable.ail(HANGING_UP);
      return { scene, namespace, reachable, unreachable };
    }

    const before: Readonly<Record<Order, (scene: ControllerScene, namespace: string) => Promise<void>>> = {
      "at once": async () => undefined,
      "when its class was deleted before": async (scene, namespace) => {
        for (const kind of CLASSES) {
          await scene.kubectl("annotate", "aigwc", `${namespace}-${kind}`, "gateway.example.com/force-deletion=true");
          await scene.remove("aigwc", `${namespace}-${kind}`);
        }
      },
      "when policies and approvals were deleted before": async (scene, namespace) => {
        await scene.remove("aigatewaypolicy", namespace);
        await scene.kubectl("annotate", "approvedmodel", namespace, "gateway.example.com/force-deletion=true");
        await scene.remove("approvedmodel", namespace);
        await scene.isGone("approvedmodel", namespace);
      },
      "when its gateways were deleted before and their parts stay": async (scene) => {
        await scene.kubectl("delete", "aigw", "--all", "--wait=false");
        await scene.isGone("aigw", "reachable");
      },
      "when its parts were deleted before and the gateways stay": async (scene) => {
        await scene.kubectl("delete", `${PARTS.join(",")},secrets,configmaps`, "--all", "--wait=false");
      },
      "as its gateways are being edited": async (scene) => {
        for (const name of GATEWAYS) {
          const own = name === "main" ? [] : [CLEANUP_FINALIZER];
          await scene.patch(name, { metadata: { finalizers: [...own, HELD] } });
        }
      },
    };

    test.each(ORDERS)("ends by itself, %s, and nothing more is delivered", async (order) => {
      const { scene, namespace, reachable, unreachable } = await filled(order);
      await before[order](scene, namespace);
      await plane.kubectl(["delete", "namespace", namespace, "--wait=false"]);
      if (order === "as its gateways are being edited") await edited(scene);
      await poll(
        `namespace ${namespace} ends`,
        async () => (await plane.request("GET", `/api/v1/namespaces/${namespace}`)).status === 404,
        { within: 60_000 },
      );
      expect(reachable.running()).not.toContain(HOST);
      // Whatever they were given since is what serves nothing.
      expect([...reachable.given(), ...unreachable.given()].filter((body) => body.includes(HOST))).toEqual([]);
      for (const kind of CLASSES) {
        const name = `${namespace}-${kind}`;
        if (order === "when its class was deleted before") await scene.isGone("aigwc", name);
        else
          await poll(`${name} is released`, async () => {
            return (await scene.kubectl("get", "aigwc", name, "-o", "jsonpath={.metadata.finalizers}")) === "";
          });
      }
    });

    /** What was written into a namespace that goes must not be delivered; that the controller has seen it, a later edit elsewhere tells. */
    async function edited(scene: ControllerScene): Promise<void> {
      const delivered = await scene.kubectl("get", "configmaps", "-o", "name");
      for (const name of GATEWAYS)
        await scene.patch(name, { spec: { routes: [{ path: "/edited", targetModel: modelOf(scene.namespace) }] } });
      await standing.put(classOf(plane.namespace, "json"));
      stack.defer(async () => {
        await standing.remove("aigw", "later");
        await standing.isGone("aigw", "later");
        await standing.remove("AIGatewayClass", `${plane.namespace}-json`);
      });
      await standing.put(gateway(plane.namespace, "later", { gatewayClassName: `${plane.namespace}-json` }));
      await standing.reaches("later", { Programmed: "True" });
      const after = (await scene.kubectl("get", "configmaps", "-o", "name")).split("\n");
      expect(delivered.split("\n")).toEqual(expect.arrayContaining(after));
      expect(await scene.kubectl("get", "configmaps", "-o", "yaml")).not.toContain("/edited");
      for (const name of GATEWAYS) {
        await poll(`${name} is let go by us`, async () => (await finalizers(scene, name)) === HELD);
        await scene.patch(name, { metadata: { finalizers: null } });
      }
    }

    test("is no reason for an error in the log", () => {
      const output = gatehouse.deployment.outputs().join("");
      expect(output.match(/.*(?:"level":"(?:error|fatal)"|cannot write an event).*/g)).toBeNull();
    });
  },
  { certManager: true },
);

function finalizers(scene: ControllerScene, gateway: string): Promise<string> {
  return scene.kubectl("get", "aigw", gateway, "-o", "jsonpath={.metadata.finalizers[*]}");
}

const HOST = "api.openai.com";
const HELD = "example.com/held";
const GATEWAYS = ["main", "reachable", "unreachable"];
const CLASSES = ["json", "reachable", "unreachable"] as const;
const PARTS = ["modelconfigs", "airoutes", "prompttemplates", "ratelimitpolicies", "integrationconfigs"];

interface Caddies {
  readonly reachable: FakeCaddy;
  readonly unreachable: FakeCaddy;
}

interface NamedObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** In an order in which each finds what it names. */
function objectsOf(namespace: string, caddies: Caddies): readonly NamedObject[] {
  const made = (kind: string, name: string, spec: object) => ({
    apiVersion: API_VERSION,
    kind,
    metadata: { name, namespace },
    spec,
  });
  const key = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "provider", namespace },
    stringData: { key: "sk-not-real" },
  };
  const targetRefs = [{ kind: "AIGatewayConfig", name: "main" }];
  const auth = { type: "apikey", valueFrom: { secretKeyRef: { name: "provider", key: "key" } } };
  return [
    classOf(namespace, "json"),
    classOf(namespace, "reachable", caddies.reachable.url),
    classOf(namespace, "unreachable", caddies.unreachable.url),
    { ...made("ApprovedModel", namespace, approvalSpec(namespace)), metadata: { name: namespace } },
    { ...made("AIGatewayPolicy", namespace, policySpec(namespace)), metadata: { name: namespace } },
    key,
    made("ModelConfig", "shared", { ...MODEL, model: modelOf(namespace), auth }),
    made("PromptTemplate", "answer", {
      variables: [{ name: "question" }],
      messages: [{ role: "user", content: "{{question}}" }],
    }),
    gateway(namespace, "main", {
      gatewayClassName: `${namespace}-json`,
      models: [{ name: modelOf(namespace), modelRef: { name: "shared" } }],
    }),
    made("AIRoute", "chat", {
      path: "/chat",
      targetModel: modelOf(namespace),
      parentRefs: [{ name: "main" }],
      promptTemplateRef: { name: "answer" },
    }),
    made("RateLimitPolicy", "chat", { targetRefs, limits: [{ requests: 100, window: "1m", burst: 20 }] }),
    made("IntegrationConfig", "traces", {
      type: "observability",
      provider: "otlp",
      endpoint: "https://otlp.example/v1/traces",
      targetRefs,
    }),
    gateway(namespace, "reachable", { gatewayClassName: `${namespace}-reachable` }),
    gateway(namespace, "unreachable", { gatewayClassName: `${namespace}-unreachable` }),
  ];
}

const MODEL = { type: "llm", provider: "openai", endpoint: `https://${HOST}/v1` };

/** Each namespace has its own, so that one's approval is nobody else's. */
function modelOf(namespace: string): string {
  return `model-of-${namespace}`;
}

function gateway(namespace: string, name: string, spec: object) {
  const models = [{ ...MODEL, name: modelOf(namespace) }];
  const routes = [{ path: "/v1", targetModel: modelOf(namespace) }];
  return {
    apiVersion: API_VERSION,
    kind: "AIGatewayConfig",
    metadata: { name, namespace },
    spec: { models, routes, ...spec },
  };
}

function classOf(namespace: string, kind: (typeof CLASSES)[number], url?: string) {
  const pushed = { adapter: "caddy", delivery: { adminAPI: { url } } };
  const spec = url === undefined ? { adapter: "json" } : pushed;
  return { apiVersion: API_VERSION, kind: "AIGatewayClass", metadata: { name: `${namespace}-${kind}` }, spec };
}

function approvalSpec(namespace: string) {
  const lifecycle = { state: "Approved", approvedBy: "us", ticket: "T-1" };
  return { provider: "openai", models: [modelOf(namespace)], lifecycle };
}

/** Models need an approval; one gateway is excused from a bound that it breaks. */
function policySpec(namespace: string) {
  return {
    mode: "Enforce",
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    rules: { "unapproved-model": "Deny", "rate-limit-bounds": "Deny" },
    rateLimits: { max: { burst: 10 } },
    exceptions: [
      { names: ["main", "chat"], rules: ["rate-limit-bounds"], reason: "migration", expiresAt: "2999-01-01T00:00:00Z" },
    ],
  };
}
