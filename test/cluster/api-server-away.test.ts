import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import { describeOnOwnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { startClusterGatehouse } from "../support/gatehouse/cluster-process.ts";
import { ControllerScene } from "../support/gatehouse/controller-scene.ts";
import { installCustomResourceDefinitions } from "../support/gatehouse/install.ts";
import { loopbackAllowed } from "../support/gatehouse/loopback-allowed.ts";
import { type Caddy, startCaddy } from "../support/gateways/caddy.ts";
import { type FakeUpstream, startFakeUpstream } from "../support/gateways/fake-upstream.ts";
import { startSteadyClients } from "../support/gateways/steady-clients.ts";

/**
 * Long enough that every pause has come to its limit, and that the lease has run out.
 * With five minutes the figures are the same.
 */
const AWAY_MILLISECONDS = 45_000;

/**
 * A lease is tried for every 4.4 s, and a cache is 7 s old at most, both since the server
 * is there, which is before it takes changes. The rest is time that it needs to answer
 * watches again, on two busy cores.
 */
const CONVERGED_MILLISECONDS = 20_000;

const GATEWAYS = Array.from({ length: 20 }, (_, index) => `json-${index}`);

vi.setConfig({ testTimeout: 600_000 });

describeOnOwnControlPlane("when the API server goes away in the middle of a change, and comes back", (plane) => {
  const stack = new AsyncDisposableStack();
  let scene: ControllerScene;
  let caddy: Caddy;
  let upstream: FakeUpstream;
  let namespace: string;

  beforeAll(async () => {
    await installCustomResourceDefinitions(plane());
    namespace = stack.use(await plane().createNamespace("away")).name;
    scene = new ControllerScene({ ...plane(), namespace });
    upstream = stack.use(await startFakeUpstream());
    caddy = stack.use(await startCaddy({}));
    await scene.put(loopbackAllowed(namespace));
    for (const object of [jsonClass(), caddyClass(caddy)]) await scene.put(object);
    for (const _ of ["first", "second"]) {
      const options = [`--secret-namespaces=${namespace}`];
      stack.use(await startClusterGatehouse(plane().kubeconfig, options));
    }
    for (const name of [...GATEWAYS, "caddy"]) await scene.put(gateway(name, name === "caddy" ? "caddy" : "json"));
    for (const name of [...GATEWAYS, "caddy"]) await scene.reaches(name, { Ready: "True" });
  }, 300_000);

  afterAll(() => stack.disposeAsync());

  const gateway = (name: string, gatewayClassName: string): object => ({
    apiVersion: API_VERSION,
    kind: "AIGatewayConfig",
    metadata: { name, namespace },
    spec: {
      gatewayClassName,
      models: [{ name: "gpt", type: "llm", endpoint: `${upstream.url}/v1` }],
      routes: ["always", "first"].map((segment) => ({ path: `/${segment}`, targetModel: "gpt" })),
    },
  });

  /** By requests of our own: kubectl first reads what a server that has just come back takes long to say. */
  const edit = async (path: string): Promise<void> => {
    const routes = ["always", path].map((segment) => ({ path: `/${segment}`, targetModel: "gpt" }));
    await Promise.all([...GATEWAYS, "caddy"].map((name) => scene.patch(name, { spec: { routes } })));
  };

  const serves = async (path: string): Promise<boolean> =>
    (await fetch(`${caddy.url}/${path}/chat/completions`, { method: "POST", body: "{}" })).status === 200;

  /** All of them run it, and say so; answers how many milliseconds that took. */
  const converged = async (path: string, since: number): Promise<number> => {
    for (const name of GATEWAYS) {
      await scene.settles(name, ({ document }) => JSON.stringify(document).includes(`"/${path}"`));
    }
    await poll("Caddy serves it", () => serves(path));
    for (const name of [...GATEWAYS, "caddy"]) await scene.reaches(name, { Ready: "True" });
    return performance.now() - since;
  };

  test("gateways serve on, and run what is changed seconds after it can be", async () => {
    const clients = startSteadyClients(`${caddy.url}/always/chat/completions`, 1);
    stack.use(clients);
    await edit("second");
    await plane().stopApiServer("SIGKILL"); // changes settle for 250 ms before they are delivered
    expect(await serves("second")).toBe(false);
    await pause(AWAY_MILLISECONDS);
    const { count, failed } = await clients.stopped();
    expect(failed).toEqual([]);
    expect(count).toBeGreaterThan(100);
    await plane().startApiServer();
    await poll("a change is taken", () => edit("third").then(() => true));
    expect(await converged("third", performance.now())).toBeLessThan(CONVERGED_MILLISECONDS);
  });
});

function jsonClass(): object {
  return { apiVersion: API_VERSION, kind: "AIGatewayClass", metadata: { name: "json" }, spec: { adapter: "json" } };
}

function caddyClass({ adminUrl, parameters }: Caddy): object {
  const spec = { adapter: "caddy", delivery: { adminAPI: { url: adminUrl } }, parameters, verify: { timeout: "5s" } };
  return { apiVersion: API_VERSION, kind: "AIGatewayClass", metadata: { name: "caddy" }, spec };
}
