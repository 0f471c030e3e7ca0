import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { valueAt } from "#api/field-path.ts";
import { parseDocuments } from "#source/parse-documents.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { type GuardedPlane, guard, suiteKubectl } from "../support/gatehouse/guarded-plane.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures");
const [SAMPLE = "", GOOD = "", BAD = ""] = await Promise.all(
  ["seed/default-ai-config.yaml", "kubectl/good.yaml", "kubectl/three-faults.yaml"].map((file) =>
    readFile(join(FIXTURES, file), "utf8"),
  ),
);

describeOnControlPlane("kubectl, the API server and Gatehouse behind a Service", (plane) => {
  const kubectl = suiteKubectl(plane);
  let guarded: GuardedPlane | undefined;

  beforeAll(async () => {
    guarded = await guard(plane);
  });

  afterAll(() => guarded?.[Symbol.asyncDispose]());

  test("the user's sample is created as it stands, with warnings and defaults", async () => {
    const sample = SAMPLE.replace("namespace: default", `namespace: ${plane.namespace}`);
    const { stdout, stderr } = await kubectl(["apply", "-f", "-"], sample);
    expect(stdout).toBe("aigatewayconfig.gateway.example.com/default-ai-config created\n");
    expect(stderr).toMatch(/Warning: spec\.models\[0\]\.auth\.value: .*\(inline-credential\)/);
    expect(stderr).toMatch(/Warning: spec\.models\[0\]\.name: .*\(unapproved-model\)/);
    expect(stderr).not.toContain("sk-xyz123");
    const object: unknown = JSON.parse((await kubectl(["get", "aigw", "default-ai-config", "-o", "json"])).stdout);
    expect(valueAt(object, ["spec", "gatewayClassName"])).toBe("shared");
    expect(valueAt(object, ["metadata", "labels"])).toEqual({ "cost-centre": "shared" });
    expect(valueAt(object, ["spec", "models", 0, "timeouts"])).toEqual({ request: "60s" });
    expect(valueAt(object, ["spec", "models", 0, "auth"])).toEqual({ type: "apikey", value: "sk-xyz123" });
    expect(valueAt(object, ["spec", "routes"])).toEqual(valueAt(parse(sample), ["spec", "routes"]));
  });

  describe("three faults are three causes in one answer, in the same words", () => {
    const file = join(FIXTURES, "kubectl/three-faults.golden.txt");

    /** From a good object to one with three faults. */
    const merge = { spec: valueAt(parse(BAD), ["spec"]) };
    const patch = [
      { op: "replace", path: "/spec/models/0/endpoint", value: "https://169.254.169.254/latest" },
      { op: "replace", path: "/spec/models/0/rateLimits/requestsPerMinute", value: 90_000 },
      { op: "add", path: "/spec/routes/0/fallbacks", value: ["gpt-5"] },
    ];

    const onCreate = ["create", "apply", "apply --dry-run=server", "apply --server-side"];
    test.each(onCreate)("for a new object under kubectl %s", async (words) => {
      const { stderr } = await kubectl([...words.split(" "), "-f", "-"], BAD, 1);
      await expect(stderr).toMatchFileSnapshot(file);
    });

    const onUpdate = ["apply", "apply --dry-run=server", "apply --server-side --force-conflicts", "replace"];
    describe("for an object that was good", () => {
      beforeAll(() => kubectl(["apply", "-f", "-"], GOOD));

      test.each(onUpdate)("under kubectl %s", async (words) => {
        const { stderr } = await kubectl([...words.split(" "), "-f", "-"], BAD, 1);
        await expect(stderr).toMatchFileSnapshot(file);
      });

      test.each([
        ["json", patch],
        ["merge", merge],
      ])("under kubectl patch --type=%s", async (type, body) => {
        const words = ["patch", "aigw", "chat", `--type=${type}`, "--patch", JSON.stringify(body)];
        await expect((await kubectl(words, "", 1)).stderr).toMatchFileSnapshot(file);
      });

      // Codes up to 1 say whether there are differences.
      test("under kubectl diff", async () => {
        await expect((await kubectl(["diff", "-f", "-"], BAD, 2)).stderr).toMatchFileSnapshot(file);
      });
    });
  });

  test("a fault of shape and faults of rules come in one answer too", async () => {
    const object = BAD.replace("requestsPerMinute: 90000", "requestsPerMinute: many");
    const { stderr } = await kubectl(["create", "-f", "-"], object, 1);
    await expect(stderr).toMatchFileSnapshot(join(FIXTURES, "kubectl/shape-and-rules.golden.txt"));
  });

  test("a misspelt field is told of though the API server drops it", async () => {
    const misspelt = GOOD.replace("rateLimits:", "rateLimit:");
    const { stderr } = await kubectl(["apply", "--validate=ignore", "--dry-run=server", "-f", "-"], misspelt);
    expect(stderr).toMatch(/Warning: spec\.models\[0\]\.rateLimit: .* did you mean 'rateLimits'\? \(probable-typo\)/);
  });

  test("its plain words and numbers are read offline as it reads them", async () => {
    const scalars = "y, N, yes, Off, 0600, -010, 0o17, 08, 1_000, 0b11, -0x1F, 1e3, 1.50, 1e400, 2026-12-31, 5-3, 1:30";
    const manifest = `{ apiVersion: v1, kind: ConfigMap, metadata: { name: x, labels: { a: b } }, data: [${scalars}], n: 1, 010: 2 }`;
    const { stdout } = await kubectl(["label", "--local", "--output", "json", "--filename", "-", "a=b"], manifest);
    expect(parseDocuments(manifest).map(({ value }) => value)).toEqual([JSON.parse(stdout)]);
  });

  test("server-side apply refuses a wrong type before anybody is asked", async () => {
    const object = BAD.replace("requestsPerMinute: 90000", "requestsPerMinute: many");
    const { stderr } = await kubectl(["apply", "--server-side", "-f", "-"], object, 1);
    expect(stderr).toContain(
      `.spec.models[name="gpt-4o"].rateLimits.requestsPerMinute: expected numeric (int or float), got string`,
    );
  });

  test("kubectl get --watch shows a useful row for each change", async () => {
    const words = ["--namespace", plane.namespace, "get", "aigw", "--watch", "--field-selector=metadata.name=watched"];
    const watch = spawn(plane.kubectlProgram, ["--kubeconfig", plane.kubeconfig, ...words], {
      env: { HOME: join(plane.directory, "home") },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise((resolve) => watch.once("close", resolve));
    let output = "";
    watch.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
    const rows = () => output.split("\n").map((line) => line.trim().split(/\s+/));
    const shown = (row: readonly string[]) =>
      poll(`the row ${row.join(" ")}`, () => {
        // The last column is the age, which grows.
        return Promise.resolve(rows().some((other) => other.slice(0, -1).join(" ") === row.join(" ")));
      });
    try {
      await kubectl(["apply", "-f", "-"], GOOD.replace("name: chat", "name: watched"));
      await shown(["watched", "shared"]);
      expect(rows()[0]).toEqual(["NAME", "CLASS", "PHASE", "MODELS", "PROGRAMMED", "AGE"]);
      const programmed = {
        type: "Programmed",
        reason: "Verified",
        message: "",
        lastTransitionTime: "2026-01-01T00:00:00Z",
      };
      for (const [phase, models, status] of [
        ["Applying", [], "False"],
        ["Ready", ["gpt-4o"], "True"],
      ] as const) {
        const body = { status: { phase, appliedModels: models, conditions: [{ ...programmed, status }] } };
        const patch = ["--subresource=status", "--type=merge", "--patch", JSON.stringify(body)];
        await kubectl(["patch", "aigw", "watched", ...patch]);
        await shown(["watched", "shared", phase, JSON.stringify(models), status]);
      }
    } finally {
      watch.kill();
      await ended;
    }
  });

  test("nothing failed on the way", () => {
    expect(guarded?.gatehouse.deployment.outputs().join("")).not.toMatch(/"level":"(error|fatal)"/);
  });
});
