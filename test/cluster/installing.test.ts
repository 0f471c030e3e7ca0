import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { describeOnOwnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { HelmRelease } from "../support/gatehouse/helm-release.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // Helm waits for processes to start

/** Less than Helm's own patience in the tests, so that what hooks say is shown. */
const HOOKS = { timeoutSeconds: 100 };

/** From Helm's start, on a cluster that has cert-manager and nothing of ours; 9 s on two cores beside another suite. */
const FIRST_DENIAL_SECONDS = 30;

describeOnOwnControlPlane(
  "the hooks of a release",
  (plane) => {
    let release: HelmRelease;

    beforeAll(async () => {
      release = await HelmRelease.prepare(plane());
    });
    afterAll(() => release[Symbol.asyncDispose]());

    const kubectl = async (...words: readonly string[]) =>
      (await plane().kubectl(["--namespace", release.namespace, ...words])).stdout;

    test("end an installation once a bad object is denied, with a default class, and leave nothing of themselves", async () => {
      const start = performance.now();
      const denied = untilDenied().then(() => (performance.now() - start) / 1000);
      await release.install({ values: { hooks: HOOKS } });
      const installed = (performance.now() - start) / 1000;
      process.stderr.write(
        `first denial after ${(await denied).toFixed(1)} s, installed after ${installed.toFixed(1)} s\n`,
      );
      expect(await denied).toBeLessThan(installed);
      expect(await denied).toBeLessThan(FIRST_DENIAL_SECONDS);
      const defaultClass = await kubectl("get", "aigatewayclass", "default", "-o", "jsonpath={.spec.adapter}");
      expect(defaultClass).toBe("json");
      const left = await kubectl("get", "jobs,serviceaccounts,roles,rolebindings", "-o", "name");
      expect(left).not.toMatch(/probe|uninstall/);
      expect(await kubectl("get", "clusterroles,clusterrolebindings", "-o", "name")).not.toMatch(/probe|uninstall/);
    });

    test("answer `helm test` by a Pod that can be read", async () => {
      const { stdout } = await release.test({ flags: ["--logs"] });
      expect(stdout).toContain("probe: a bad AIGatewayConfig is denied: ");
      expect(stdout).toContain("(unsafe-pattern)");
    });

    test("leave the default class as its owner has changed it", async () => {
      await kubectl("patch", "aigatewayclass", "default", "--type=merge", "--patch", '{"spec":{"adapter":"envoy"}}');
      await release.upgrade({ values: { hooks: HOOKS } });
      expect(await kubectl("get", "aigatewayclass", "-o", "jsonpath={.items[*].spec.adapter}")).toBe("envoy");
    });

    test("make an upgrade fail that leaves nobody who denies, and Helm shows why", async () => {
      await release.deployment.stop(); // what drains still answers
      const values = { replicas: 0, hooks: { timeoutSeconds: 10 } };
      const { stdout, stderr } = await release.upgrade({ values, expect: 1 });
      const sentence = "a bad AIGatewayConfig was not denied within 10 s: connection refused, so no server is ready";
      expect(`${stdout}${stderr}`).toContain(sentence);
      expect(await kubectl("logs", `job/${release.name}-probe`)).toContain(sentence);
    });

    test("and the next one that succeeds takes the place of what failed", async () => {
      await release.upgrade({ values: { hooks: { timeoutSeconds: 20 } } });
      expect(await kubectl("get", "jobs", "-o", "name")).toBe("");
    });

    test("tell an object that was admitted from a webhook that cannot be called", async () => {
      await kubectl("delete", "validatingwebhookconfiguration", release.name);
      const { stdout, stderr } = await release.test({ flags: ["--logs"], expect: 1 });
      expect(`${stdout}${stderr}`).toContain("within 20 s: the API server admitted it: it does not call the webhook");
    });

    /** By what somebody with kubectl is told. */
    async function untilDenied(): Promise<void> {
      const spec = { models: [{ name: "chat", endpoint: "https://127.0.0.1" }], routes: [] };
      const bad = { apiVersion: "gateway.example.com/v1", kind: "AIGatewayConfig", metadata: { name: "bad" }, spec };
      const path = `/apis/gateway.example.com/v1/namespaces/${release.namespace}/aigatewayconfigs?dryRun=All`;
      const isDenied = async () => {
        const { body } = await plane().request("POST", path, { body: bad });
        return JSON.stringify(body).includes("(forbidden-endpoint)");
      };
      await poll("a denial", isDenied, { within: 120_000 });
    }
  },
  { certManager: true },
);
