import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { OwnNamespace } from "../support/control-plane/client.ts";
import { describeOnOwnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { chartWithAnotherField } from "../support/gatehouse/chart-variant.ts";
import type { GatehousePod } from "../support/gatehouse/deployment.ts";
import { whileHeldDown } from "../support/gatehouse/held-down.ts";
import { HelmRelease } from "../support/gatehouse/helm-release.ts";
import { killed, type PodEnd } from "../support/gatehouse/killed.ts";
import { type LoadStep, SteadyLoad } from "../support/gatehouse/steady-load.ts";

const OBJECTS = join(import.meta.dirname, "../../examples/objects");

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // processes start while the load takes what the machine has

describeOnOwnControlPlane(
  "under admission load through the API server",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let release: HelmRelease;
    let load: SteadyLoad;
    let namespace: OwnNamespace;

    beforeAll(async () => {
      release = stack.use(await HelmRelease.prepare(plane()));
      await release.install({ values: { image: { tag: "first" } } });
      await plane().kubectl(["apply", "--server-side", "-f", OBJECTS]);
      namespace = stack.use(await plane().createNamespace("load"));
      load = stack.use(await SteadyLoad.start(plane(), namespace.name));
    });
    afterAll(async () => {
      process.stdout.write(`${load.report()}\n`);
      await stack.disposeAsync();
    });

    const kubectl = (words: readonly string[], input = "", expect: number | "any" = 0) =>
      plane().kubectl([...words, `--namespace=${namespace.name}`], { input, expect });

    const create = async (object: object) =>
      (await kubectl(["create", "--validate=false", "-f", "-"], JSON.stringify(object), 1)).stderr;

    /** Somebody who was killed is followed once the lease has run out. */
    const leader = () =>
      poll("somebody leads", async () => (await leadersOf(await release.deployment.pods()))[0], { within: 60_000 });

    const images = async () => {
      const path = "jsonpath={.items[*].spec.containers[*].image}";
      const words = ["get", "pods", "--namespace", release.namespace, "-o", path];
      return new Set((await plane().kubectl(words)).stdout.split(" "));
    };

    test("no review fails while Helm upgrades to another image with other values", async () => {
      const { troubles } = await load.during("upgrade", async () => {
        await release.upgrade({ values: { image: { tag: "second" }, resources: { requests: { cpu: "150m" } } } });
        await release.deployment.settled(2);
      });
      expect(troubles).toEqual([]);
      expect(await images()).toEqual(new Set(["gatehouse:second"]));
    });

    test("no review fails while Helm upgrades across a change of a CRD", async () => {
      await using chart = await chartWithAnotherField();
      const { troubles } = await load.during("upgrade across a change of a CRD", async () => {
        await release.upgrade({ chart: chart.directory, values: { image: { tag: "third" } } });
        await release.deployment.settled(2);
      });
      expect(troubles).toEqual([]);
      const { stdout } = await plane().kubectl(["explain", "aigatewayconfigs.spec.remark"]);
      expect(stdout).toContain("remark <string>");
    });

    test("no review fails while Helm rolls back, CRDs included", async () => {
      const { troubles } = await load.during("rollback", async () => {
        await release.rollback(1);
        await release.deployment.settled(2);
      });
      expect(troubles).toEqual([]);
      expect(await images()).toEqual(new Set(["gatehouse:first"]));
      const { code } = await plane().kubectl(["explain", "aigatewayconfigs.spec.remark"], { expect: "any" });
      expect(code).not.toBe(0);
    });

    test("no review fails while it is scaled from 2 to 5, to 1 and to 2 again", async () => {
      const { troubles } = await load.during("scale 2, 5, 1, 2", async () => {
        for (const replicas of [5, 1, 2]) await release.deployment.scale(replicas);
      });
      expect(troubles).toEqual([]);
    });

    test("when one of two is killed, only what was sent before it is unready may fail", async () => {
      const [step, end] = await killing("kill -9 of one of two", async () => (await release.deployment.pods())[0]);
      expect(afterwards(step, end)).toEqual([]);
    });

    test("when the leader is killed, only what was sent before it is unready may fail", async () => {
      const [step, end] = await killing("kill -9 of the leader", leader);
      expect(afterwards(step, end)).toEqual([]);
    });

    async function killing(name: string, choose: () => Promise<GatehousePod | undefined>): Promise<[LoadStep, PodEnd]> {
      let end: PodEnd | undefined;
      const step = await load.during(name, async () => {
        const victim = await choose();
        if (victim === undefined) throw new Error("there is no Pod to kill");
        end = await killed(plane(), release.namespace, victim);
        await release.deployment.settled(2);
      });
      if (end === undefined) throw new Error("nothing was killed");
      return [step, end];
    }

    describe("while both are killed, and again as soon as they are back", () => {
      test("nothing unjudged is stored, the floor still denies, and what must not wait does not", async () => {
        const values = { image: { tag: "first" }, floor: { enabled: true } };
        await load.during("upgrade to the floor", () => release.upgrade({ values }).then(() => undefined));
        await using doomed = await plane().createNamespace("doomed");
        for (const name of ["deleted", "kept"]) await kubectl(["create", "-f", "-"], JSON.stringify(gateway(name)));
        await plane().kubectl(["create", "-f", "-", "-n", doomed.name], { input: JSON.stringify(gateway("doomed")) });

        const { troubles } = await load.during("kill -9 of both, again and again", () =>
          whileHeldDown(release, async () => {
            expect(await create(gateway("new"))).toContain(UNREACHABLE);
            const change = JSON.stringify({ spec: { routes: [{ path: "/other", targetModel: "kept" }] } });
            const changed = await kubectl(["patch", "aigw", "kept", "--type=merge", `--patch=${change}`], "", 1);
            expect(changed.stderr).toContain(UNREACHABLE);

            expect(await create(gateway("misshapen", { endpoint: 42 }))).toContain("spec.models[0].endpoint: Invalid");
            expect(await create(gateway("dangling", {}, "nobody"))).toMatch(/Invalid value.*targetModel/s);
            expect(await create(gateway("plain", { endpoint: "http://api.openai.com" }))).toContain(
              "(plaintext-endpoint",
            );
            expect(await create(gateway("fast", { rateLimits: { burst: 5000 } }))).toContain("(rate-limit-bounds");

            await kubectl(["delete", "aigw", "deleted", "--timeout=30s"]);
            await plane().kubectl(["delete", "namespace", doomed.name, "--timeout=60s"]);
            const lower = JSON.stringify({ spec: { rateLimits: { max: { burst: 999 } } } });
            await kubectl(["patch", "aigwp", "platform-defaults", "--type=merge", `--patch=${lower}`]);
            const names = ["get", "aigw", "-o", "jsonpath={.items[*].metadata.name}"];
            expect((await kubectl(names)).stdout).toBe("kept stored");
          }),
        );
        expect(troubles.filter(({ verdict }) => verdict !== "failed")).toEqual([]);
        expect(troubles).not.toEqual([]);
        await release.deployment.settled(2);
      });

      test("and afterwards they judge by what was changed meanwhile", async () => {
        expect(await create(gateway("fast", { rateLimits: { burst: 1000 } }))).toContain("less than or equal to 999");
      });
    });

    test("when the API server is killed, nothing fails but what it cut itself, and no Pod is restarted", async () => {
      const before = await release.deployment.pods();
      const { troubles } = await load.during("kill -9 of the API server", async () => {
        await plane().stopApiServer("SIGKILL");
        await plane().startApiServer();
      });
      expect(troubles.filter(({ verdict }) => verdict !== "cut")).toEqual([]);
      expect(troubles).not.toEqual([]);
      expect(await release.deployment.pods()).toEqual(before);
    });

    test("when etcd is away until the leader gives up, no verdict is wrong, and no Pod is restarted", async () => {
      const before = await release.deployment.pods();
      await leader();
      const { troubles } = await load.during("etcd away until nobody leads", async () => {
        await plane().stopEtcd("SIGKILL");
        try {
          expect(await isStored()).toBe(false);
          await poll("nobody leads", async () => (await leadersOf(before)).length === 0);
        } finally {
          await plane().startEtcd();
        }
      });
      expect(troubles.filter(({ verdict }) => verdict !== "cut")).toEqual([]);
      await poll("it stores again", isStored);
      expect(await release.deployment.pods()).toEqual(before);
    });

    /** Whether the API server can store anything now. */
    async function isStored(): Promise<boolean> {
      const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "stored-" } };
      const path = `/api/v1/namespaces/${namespace.name}/configmaps`;
      const answer = plane().request("POST", path, { body, signal: AbortSignal.timeout(5_000) });
      return answer.then(
        ({ status }) => status === 201,
        () => false,
      );
    }
  },
  { certManager: true },
);

const UNREACHABLE = 'failed calling webhook "verdict.gateway.example.com"';

/** One model, under names of its own. */
function gateway(name: string, model: object = {}, targetModel = name): object {
  const models = [{ name, type: "llm", model: "gpt-4o-mini", endpoint: "https://api.openai.com/v1", ...model }];
  const spec = { models, routes: [{ path: `/${name}`, targetModel }] };
  return { apiVersion: "gateway.example.com/v1", kind: "AIGatewayConfig", metadata: { name }, spec };
}

/** Those that say so themselves. */
async function leadersOf(pods: readonly GatehousePod[]): Promise<readonly GatehousePod[]> {
  const metrics = await Promise.all(pods.map(async ({ plain }) => (await fetch(`${plain}/metrics`)).text()));
  return pods.filter((_, index) => /^leader_election_master_status\b.* 1$/m.test(metrics[index] ?? ""));
}

/** What cannot be put down to the Pod's end: it was sent after the Pod was known to be unready, or judged wrongly. */
function afterwards({ troubles }: LoadStep, { unreadyAt }: PodEnd): LoadStep["troubles"] {
  return troubles.filter(({ verdict, sentAt }) => verdict !== "failed" || sentAt > unreadyAt);
}
