import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import {
  type InstalledGatehouse,
  installCustomResourceDefinitions,
  installGatehouse,
} from "../support/gatehouse/install.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");

describeOnControlPlane(
  "while Gatehouse is stopped",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let gatehouse: InstalledGatehouse;
    let good: string;

    beforeAll(async () => {
      await installCustomResourceDefinitions(plane);
      gatehouse = stack.use(await installGatehouse(plane));
      good = (await readFile(join(EXAMPLES, "good-config.yaml"), "utf8")).replace(
        "namespace: team-chat",
        `namespace: ${plane.namespace}`,
      );
      await apply(good);
      await apply(policy(1000));
      await gatehouse.deployment.stop();
    });

    afterAll(async () => {
      await stack.disposeAsync();
      await plane.kubectl(["delete", "--ignore-not-found", "aigwp", plane.namespace]);
    });

    const apply = (input: string, expect: 0 | 1 = 0) => plane.kubectl(["apply", "-f", "-"], { input, expect });

    /** Of the suite's own namespace alone. */
    const policy = (requestsPerMinute: number) =>
      JSON.stringify({
        apiVersion: "gateway.example.com/v1",
        kind: "AIGatewayPolicy",
        metadata: { name: plane.namespace },
        spec: {
          mode: "Enforce",
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": plane.namespace } },
          rateLimits: { max: { requestsPerMinute } },
        },
      });

    test("what nobody can judge is not stored", async () => {
      const { stderr } = await apply(good.replace("burst: 50", "burst: 51"), 1);
      expect(stderr).toContain('failed calling webhook "verdict.gateway.example.com"');
    });

    test("the schema and CEL still refuse gross faults", async () => {
      const misshapen = await plane.kubectl(["create", "--validate=false", "-f", "-"], {
        input: good.replace("name: chat", "name: other").replace("burst: 50", "burst: many"),
        expect: 1,
      });
      expect(misshapen.stderr).toContain("spec.models[0].rateLimits.burst: Invalid value");
      const dangling = await apply(good.replace("targetModel: chat", "targetModel: chatt"), 1);
      expect(dangling.stderr).toMatch(/spec.*: Invalid value.*targetModel/s);
    });

    test("policies can be edited, and other groups are none of its business", async () => {
      expect((await apply(policy(10))).stdout).toContain("configured");
      const created = await plane.kubectl(["--namespace", plane.namespace, "create", "configmap", "settings"]);
      expect(created.stdout).toContain("created");
    });

    test("objects and namespaces are deleted", async () => {
      const other = await plane.createNamespace("doomed");
      await gatehouse.deployment.start();
      await apply(good.replace(`namespace: ${plane.namespace}`, `namespace: ${other.name}`));
      await gatehouse.deployment.stop();
      await plane.kubectl(["delete", "namespace", other.name, "--timeout=30s"]);
      await plane.kubectl(["--namespace", plane.namespace, "delete", "aigw", "chat", "--timeout=10s"]);
    });

    test("and once it is started again, the first apply is judged, by the policies as they are now", async () => {
      await gatehouse.deployment.start();
      const { stderr } = await apply(good.replace("burst: 50", "requestsPerMinute: 50"), 1);
      expect(stderr).toContain(`must be less than or equal to 10 (rate-limit-bounds, policy ${plane.namespace})`);
      expect((await apply(good.replace("burst: 50", "requestsPerMinute: 9"))).stdout).toContain("created");
    });
  },
  { certManager: true },
);
