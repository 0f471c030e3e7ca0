import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { describeOnOwnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { HelmRelease } from "../support/gatehouse/helm-release.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // Helm waits for processes to start

describeOnOwnControlPlane(
  "a release of the chart on an empty cluster",
  (plane) => {
    let release: HelmRelease;

    beforeAll(async () => {
      release = await HelmRelease.prepare(plane());
    });
    afterAll(() => release[Symbol.asyncDispose]());

    test("is installed by Helm, which returns once its servers are ready", async () => {
      const { stdout } = await release.install({ values: { image: { tag: "first" } } });
      expect(stdout).toContain("STATUS: deployed");
      expect(await release.deployment.pods()).toHaveLength(2);
    });

    test("denies a bad object, once cert-manager has made it known", async () => {
      const spec = { models: [{ name: "chat", endpoint: "https://127.0.0.1" }], routes: [] };
      const bad = { apiVersion: "gateway.example.com/v1", kind: "AIGatewayConfig", metadata: { name: "bad" }, spec };
      await poll("a denial", async () => {
        const { code, stderr } = await plane().kubectl(["create", "-f", "-"], {
          input: JSON.stringify(bad),
          expect: "any",
        });
        return code === 1 && stderr.includes("(forbidden-endpoint)");
      });
    });

    test("says what its Pods said when Helm gives up", async () => {
      const flags = ["--timeout=1s"];
      const failure = await release.upgrade({ values: { image: { tag: "second" } }, flags }).catch(String);
      expect(failure).toContain("--- the node");
      expect(failure).toContain("pod/gatehouse-");
    });

    test("is uninstalled by Helm, and leaves CRDs behind and no webhook configuration", async () => {
      await release.uninstall();
      const ours = await plane().kubectl(["get", KINDS_OF_THE_CHART, "--all-namespaces", "-l", LABEL, "-o", "name"]);
      expect(ours.stdout).toBe("");
      const { stdout } = await plane().kubectl(["get", "customresourcedefinitions", "-o", "name"]);
      expect(stdout).toContain("aigatewayconfigs.gateway.example.com");
    });
  },
  { certManager: true },
);

const LABEL = "app.kubernetes.io/name=gatehouse";
const KINDS_OF_THE_CHART =
  "deployments,services,clusterroles,mutatingwebhookconfigurations,validatingwebhookconfigurations";
