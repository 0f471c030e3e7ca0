import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { valueAt } from "#api/field-path.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import {
  type InstalledGatehouse,
  installCustomResourceDefinitions,
  installGatehouse,
} from "../support/gatehouse/install.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures");
const SAMPLE = join(FIXTURES, "seed/default-ai-config.yaml");

describeOnControlPlane("kubectl, the API server and Gatehouse behind a Service", (plane) => {
  let objects = "";
  let gatehouse: InstalledGatehouse | undefined;

  beforeAll(async () => {
    objects = await mkdtemp(join(tmpdir(), "gatehouse-objects-"));
    await copyFile(join(FIXTURES, "objects/policies.yaml"), join(objects, "policies.yaml"));
    await installCustomResourceDefinitions(plane);
    gatehouse = await installGatehouse(plane, objects);
  });

  afterAll(async () => {
    await gatehouse?.[Symbol.asyncDispose]();
    await rm(objects, { recursive: true, force: true });
  });

  const kubectl = (words: readonly string[], input = "", expect: number | "any" = 0) =>
    plane.kubectl(["--namespace", plane.namespace, ...words], { input, expect });

  const stored = async (name: string): Promise<unknown> =>
    JSON.parse((await kubectl(["get", "aigw", name, "-o", "json"])).stdout) as unknown;

  test("the user's sample is created as it stands, with warnings and defaults", async () => {
    const sample = (await readFile(SAMPLE, "utf8")).replace("namespace: default", `namespace: ${plane.namespace}`);
    const { stdout, stderr } = await kubectl(["apply", "-f", "-"], sample);
    expect(stdout).toBe("aigatewayconfig.gateway.example.com/default-ai-config created\n");
    expect(stderr).toMatch(/Warning: spec\.models\[0\]\.auth\.value: .*\(inline-credential\)/);
    expect(stderr).toMatch(
      /Warning: spec\.models\[0\]: .*unapproved-model|Warning: spec\.models\[0\]\.name: .*\(unapproved-model\)/,
    );
    expect(stderr).not.toContain("sk-xyz123");
    const object = await stored("default-ai-config");
    expect(valueAt(object, ["spec", "gatewayClassName"])).toBe("shared");
    expect(valueAt(object, ["metadata", "labels"])).toEqual({ "cost-centre": "shared" });
    expect(valueAt(object, ["spec", "models", 0, "timeouts"])).toEqual({ request: "60s" });
    expect(valueAt(object, ["spec", "models", 0, "auth"])).toEqual({ type: "apikey", value: "sk-xyz123" });
    expect(valueAt(object, ["spec", "routes"])).toEqual(valueAt(parse(sample), ["spec", "routes"]));
  });

  test("applying it again changes nothing", async () => {
    const sample = (await readFile(SAMPLE, "utf8")).replace("namespace: default", `namespace: ${plane.namespace}`);
    const before = await stored("default-ai-config");
    await kubectl(["apply", "-f", "-"], sample);
    const after = await stored("default-ai-config");
    expect(valueAt(after, ["metadata", "generation"])).toBe(valueAt(before, ["metadata", "generation"]));
    expect(valueAt(after, ["metadata", "resourceVersion"])).toBe(valueAt(before, ["metadata", "resourceVersion"]));
  });

  test("kubectl get aigw shows useful columns", async () => {
    const [head, row] = (await kubectl(["get", "aigw"])).stdout.split("\n");
    expect(head?.split(/\s+/)).toEqual(["NAME", "CLASS", "PHASE", "MODELS", "PROGRAMMED", "AGE"]);
    expect(row).toMatch(/^default-ai-config +shared /);
  });

  test("an object with three faults is denied with three causes in one answer", async () => {
    const { stderr } = await kubectl(["apply", "-f", "-"], THREE_FAULTS, 1);
    expect(stderr.split("\n").filter((line) => line.startsWith("* "))).toEqual([
      expect.stringMatching(/^\* spec\.models\[0\]\.endpoint: Invalid value: .*\(forbidden-endpoint\)$/),
      "* spec.models[0].rateLimits.requestsPerMinute: Invalid value: 90000: must be less than or equal to 6000 (rate-limit-bounds, policy team-defaults)",
      expect.stringMatching(/^\* spec\.routes\[0\]\.fallbacks\[0\]: Not found: "gpt-5": .*\(undeclared-reference\)$/),
    ]);
  });

  test("a fault of shape and a fault of a rule come in one answer too", async () => {
    const object = THREE_FAULTS.replace("requestsPerMinute: 90000", "requestsPerMinute: many");
    const { stderr } = await kubectl(["create", "--validate=false", "-f", "-"], object, 1);
    expect(stderr).toContain(
      "spec.models[0].rateLimits.requestsPerMinute: Invalid value: must be an integer, not a string (schema)",
    );
    expect(stderr).toContain("(forbidden-endpoint)");
  });

  test("server-side apply by two managers of one manifest does not conflict", async () => {
    const object = config("two-managers", "600");
    await kubectl(["apply", "--server-side", "--field-manager=first", "-f", "-"], object);
    const { stdout } = await kubectl(["apply", "--server-side", "--field-manager=second", "-f", "-"], object);
    expect(stdout).toContain("serverside-applied");
  });

  test("an object from before a policy tightened can be labelled and deleted, not made worse", async () => {
    await kubectl(["apply", "-f", "-"], config("from-before", "5000"));
    const policies = await readFile(join(objects, "policies.yaml"), "utf8");
    await writeFile(
      join(objects, "policies.yaml"),
      policies.replace("requestsPerMinute: 6000", "requestsPerMinute: 1000"),
    );
    await poll("the tightened policy is in force", async () => {
      const { code } = await kubectl(["apply", "--dry-run=server", "-f", "-"], config("fresh", "5000"), "any");
      return code === 1;
    });
    const labelled = await kubectl(["label", "aigw", "from-before", "edited=yes"]);
    expect(labelled.stdout).toContain("labeled");
    expect(labelled.stderr).toMatch(
      /Warning: spec\.models\[0\]\.rateLimits\.requestsPerMinute: .*less than or equal to 1000/,
    );
    const worse = await kubectl(["apply", "-f", "-"], config("from-before", "5001"), 1);
    expect(worse.stderr).toContain("must be less than or equal to 1000 (rate-limit-bounds, policy team-defaults)");
    const deleted = await kubectl(["delete", "aigw", "from-before", "--timeout=20s"]);
    expect(deleted.stdout).toContain("deleted");
  });

  test("the API server asked over HTTP/1.1 and nothing failed", async () => {
    expect(gatehouse?.process.output()).not.toMatch(/"level":(50|60)|"level":"(error|fatal)"/);
  });
});

function config(name: string, requestsPerMinute: string): string {
  return `
apiVersion: gateway.example.com/v1
kind: AIGatewayConfig
metadata: { name: ${name} }
spec:
  models:
    - name: gpt-4o
      endpoint: https://api.openai.example/v1
      rateLimits: { requestsPerMinute: ${requestsPerMinute} }
  routes:
    - { path: /chat, targetModel: gpt-4o, methods: [POST] }
`;
}

const THREE_FAULTS = `
apiVersion: gateway.example.com/v1
kind: AIGatewayConfig
metadata: { name: three-faults }
spec:
  models:
    - name: gpt-4o
      endpoint: https://169.254.169.254/latest
      rateLimits: { requestsPerMinute: 90000 }
  routes:
    - { path: /chat, targetModel: gpt-4o, fallbacks: [gpt-5] }
`;
