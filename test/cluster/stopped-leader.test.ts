import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { type FakeCaddy, startFakeCaddy } from "../support/fake-caddy.ts";
import { startClusterGatehouse } from "../support/gatehouse/cluster-process.ts";
import { ControllerScene } from "../support/gatehouse/controller-scene.ts";
import { installCustomResourceDefinitions } from "../support/gatehouse/install.ts";
import type { GatehouseProcess } from "../support/gatehouse/process.ts";
import { type HoldingProxy, type Passed, startHoldingProxy } from "../support/holding-proxy.ts";

/** Served by these two processes alone. */
const CONTROLLER = "example.com/stopped";

/** Gateways are looked at again after a minute, and a tenth of it. */
const NEXT_LOOK_MILLISECONDS = 66_000;

/** What the leader was doing with each gateway when it was stopped. */
const GATEWAYS = {
  writing: "its ConfigMap was on its way to the API server",
  between: "its Secret was written, and its ConfigMap was to follow",
  telling: "its status was on its way to the API server",
  pushing: "a push to its admin API was on its way, which knows by its tag what it would overwrite",
  untagged: "a push to its admin API was on its way, which knows of no tags",
  asking: "its admin API was asked what it runs, to be given something else then",
} as const;

type GatewayName = keyof typeof GATEWAYS;

const NAMES = Object.keys(GATEWAYS) as readonly GatewayName[];

vi.setConfig({ testTimeout: 120_000 });

/*
 * One story for all: an edit (/second) is being delivered to six gateways when the leader
 * is stopped. Another edit (/third) is delivered by whoever leads next. Then what was on
 * its way arrives, and the first goes on.
 */
describeOnControlPlane("a leader that is stopped in mid-delivery, and goes on when another has led", (plane) => {
  const stack = new AsyncDisposableStack();
  let scene: ControllerScene;
  let proxy: HoldingProxy;
  let first: GatehouseProcess;
  let second: GatehouseProcess;
  const caddies = new Map<GatewayName, FakeCaddy>();
  /** Resource versions of ConfigMap and Secret, when the second had delivered. */
  const delivered = new Map<GatewayName, readonly string[]>();
  let late: readonly Passed[] = [];
  /** What Caddies ran when all had arrived that was on its way. */
  const ranThen = new Map<GatewayName, string>();

  beforeAll(async () => {
    await installCustomResourceDefinitions(plane);
    scene = new ControllerScene(plane);
    proxy = stack.use(await startHoldingProxy(plane));
    const start = (kubeconfig: string) =>
      startClusterGatehouse(kubeconfig, [
        `--controller-name=${CONTROLLER}`,
        `--lease-name=${plane.namespace}`,
        `--namespaces=${plane.namespace}`,
        `--secret-namespaces=${plane.namespace}`,
      ]);
    for (const name of NAMES) await scene.put(await classOf(name));
    first = stack.use(await start(proxy.kubeconfig));
    await says(first, "leading");
    second = stack.use(await start(plane.kubeconfig));
    for (const name of NAMES) await scene.put(gateway(name, "/first"));
    for (const name of NAMES) await scene.reaches(name, { Ready: "True" });

    const held = [
      proxy.hold("request", /^PATCH .*\/configmaps\/writing-gateway\?/),
      proxy.hold("answer", /^PATCH .*\/secrets\/between-gateway\?/),
      proxy.hold("request", /^PATCH .*\/aigatewayconfigs\/telling\/status\?/),
      caddy("pushing").hold("push"),
      caddy("untagged").hold("push"),
      caddy("asking").hold("answer"),
    ];
    for (const name of NAMES) await scene.put(gateway(name, "/second"));
    await Promise.all(held.map(({ arrived }) => arrived));
    process.kill(first.processId, "SIGSTOP");
    stack.defer(() => void process.kill(first.processId, "SIGCONT"));
    for (const name of NAMES) await scene.put(gateway(name, "/third"));
    await says(second, "leading");
    for (const name of NAMES) await scene.reaches(name, { Ready: "True" });
    for (const name of NAMES) delivered.set(name, (await scene.delivered(name)).resourceVersions);

    const before = proxy.passed.length;
    for (const one of held) one.release();
    // Of this one until it is looked at again, which may be at any moment.
    await poll("what was on its way has arrived", async () => caddy("untagged").running().includes("/second"));
    await poll("the API server has answered", async () => proxy.passed.slice(before).filter(isWrite).length === 2);
    late = proxy.passed.slice(before).filter(isWrite);
    for (const name of ["pushing", "asking"] as const) ranThen.set(name, caddy(name).running());
    const stopped = proxy.passed.length;
    process.kill(first.processId, "SIGCONT");
    await says(first, "lost the lease"); // which it says when its work has ended
    late = [...late, ...proxy.passed.slice(stopped).filter(isWrite)];
  }, 180_000);

  afterAll(async () => {
    for (const name of NAMES) await scene.remove("aigw", name);
    for (const name of NAMES) await scene.isGone("aigw", name);
    for (const name of NAMES) await scene.remove("AIGatewayClass", classNameOf(name));
    await stack.disposeAsync();
  });

  const caddy = (name: GatewayName): FakeCaddy => {
    const known = caddies.get(name);
    if (known === undefined) throw new Error(`${name} has no admin API`);
    return known;
  };

  const metrics = async () => (await fetch(`${second.plain}/metrics`)).text();

  const classNameOf = (name: GatewayName) => `${plane.namespace}-${name}`;

  const classOf = async (name: GatewayName): Promise<object> => {
    const hasAdminApi = name === "pushing" || name === "untagged" || name === "asking";
    const metadata = { name: classNameOf(name) };
    const spec = { controllerName: CONTROLLER, adapter: "json" };
    if (!hasAdminApi) return { apiVersion: API_VERSION, kind: "AIGatewayClass", metadata, spec };
    const started = stack.use(await startFakeCaddy({ hasTags: name === "pushing" }));
    caddies.set(name, started);
    const delivery = { adminAPI: { url: `${started.url}/load` } };
    const pushed = { ...spec, adapter: "caddy", delivery, verify: { timeout: "5s" } };
    return { apiVersion: API_VERSION, kind: "AIGatewayClass", metadata, spec: pushed };
  };

  const gateway = (name: GatewayName, path: string): object => ({
    apiVersion: API_VERSION,
    kind: "AIGatewayConfig",
    metadata: { name, namespace: plane.namespace },
    spec: {
      gatewayClassName: classNameOf(name),
      models: [
        { name: "gpt", type: "llm", endpoint: "https://api.openai.com/v1", auth: { type: "apikey", value: path } },
      ],
      routes: [{ path, targetModel: "gpt" }],
    },
  });

  test("what was on its way is refused, since another has written since", () => {
    const writes = late.map(
      ({ method, path, status }) => `${method} ${path.replace(/^.*\/([^/]+\/[^/]+)\?.*$/, "$1")} ${status}`,
    );
    expect(writes.slice(0, 2).toSorted()).toEqual(["PATCH configmaps/writing-gateway 409", "PATCH telling/status 409"]);
  });

  test("it goes on without a write, and follows", async () => {
    expect(late.slice(2)).toEqual([]);
    expect(ranThen.get("asking")).toContain("/third");
    expect(caddy("asking").running()).toContain("/third");
  });

  test.each(["writing", "between", "telling"] as const)("of %s the newer one stands", async (name) => {
    const { document, resourceVersions } = await scene.delivered(name);
    expect(JSON.stringify(document)).toContain("/third");
    expect(resourceVersions).toEqual(delivered.get(name));
    await scene.reaches(name, { Ready: "True" });
  });

  test("a gateway that knows what it would overwrite keeps the newer one", () => {
    expect(ranThen.get("pushing")).toContain("/third");
    expect(caddy("pushing").running()).toContain("/third");
  });

  test("a gateway that does not is put right when it is looked at again, and that is counted", async () => {
    const within = { within: NEXT_LOOK_MILLISECONDS + 5000 };
    await poll("it is put right", async () => caddy("untagged").running().includes("/third"), within);
    await poll("it is counted", async () =>
      (await metrics()).includes('gatehouse_gateway_drift_total{adapter="caddy"} 1\n'),
    );
    await scene.reaches("untagged", { Ready: "True" });
  });
});

async function says(gatehouse: GatehouseProcess, message: string): Promise<void> {
  await poll(`it says '${message}'`, async () => gatehouse.output().includes(`"msg":"${message}"`));
}

/** Of what a leader alone may write; a follower looks at the lease, and events can do no harm. */
function isWrite({ method, path }: Passed): boolean {
  return method !== "GET" && !/\/(leases|events|tokenreviews|subjectaccessreviews)\b/.test(path);
}
