import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "sarif";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import { runCommandLine } from "#commands/run-command-line.ts";
import type { OwnNamespace } from "../support/control-plane/client.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { installCustomResourceDefinitions } from "../support/gatehouse/install.ts";
import { type Identity, identityOf } from "../support/gatehouse/service-account.ts";

const SECRET = "sk-not-a-real-key-1234567890";

// Nothing guards this plane, so that objects are stored which would be denied.
describeOnControlPlane("gatehouse audit", (plane) => {
  const stack = new AsyncDisposableStack();
  let directory: string;
  let other: OwnNamespace;
  const policyName = () => `audited-${plane.namespace}`;

  beforeAll(async () => {
    await installCustomResourceDefinitions(plane);
    ({ path: directory } = stack.use(await mkdtempDisposable(join(tmpdir(), "gatehouse-audit-"))));
    other = stack.use(await plane.createNamespace("audited"));
    await apply(
      policy(policyName(), { rateLimits: { max: { requestsPerMinute: 600 } } }),
      config("good", 600),
      config("bad", 9000),
      { ...config("gone", 9000), metadata: { ...config("gone", 0).metadata, finalizers: ["example.com/held"] } },
      config("elsewhere", 9000, other.name),
    );
    await plane.kubectl(["delete", "aigatewayconfig", "gone", "-n", plane.namespace, "--wait=false"]);
  });

  afterAll(async () => {
    await plane.kubectl(["delete", "aigatewaypolicy", policyName()]);
    const path = `/apis/${API_VERSION}/namespaces/${plane.namespace}/aigatewayconfigs/gone`;
    await plane.request("PATCH", path, { body: { metadata: { finalizers: null } } });
    await stack.disposeAsync();
  });

  async function apply(...objects: readonly object[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    await plane.kubectl(["apply", "--filename", "-"], { input });
  }

  /** A policy for the namespaces of this suite alone. */
  function policy(name: string, spec: object): object {
    const values = [plane.namespace, other.name];
    const namespaceSelector = {
      matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values }],
    };
    const object = { apiVersion: API_VERSION, kind: "AIGatewayPolicy", metadata: { name } };
    return { ...object, spec: { mode: "Enforce", namespaceSelector, ...spec } };
  }

  function config(name: string, requestsPerMinute: number, namespace: string = plane.namespace) {
    const auth = { type: "apikey", value: SECRET };
    const endpoint = "https://api.openai.com/v1";
    return {
      apiVersion: API_VERSION,
      kind: "AIGatewayConfig",
      metadata: { name, namespace },
      spec: { models: [{ name: "gpt-4o", endpoint, auth, rateLimits: { requestsPerMinute } }], routes: [] },
    };
  }

  async function file(name: string, ...objects: readonly object[]): Promise<string> {
    const path = join(directory, name);
    await writeFile(path, objects.map((object) => JSON.stringify(object)).join("\n---\n"));
    return path;
  }

  async function audit(...words: readonly string[]) {
    return auditAs(plane.kubeconfig, "-n", plane.namespace, ...words);
  }

  test("prints what would be denied under the stored policies, and the totals, and ends with 1", async () => {
    const { code, printed, complained } = await audit();
    expect({ code, complained }).toEqual({ code: 1, complained: "gatehouse: 1 stored object would be denied\n" });
    expect(printed).toContain(`AIGatewayConfig ${plane.namespace}/bad: would be denied\n`);
    expect(printed).toContain(
      `  Deny spec.models[0].rateLimits.requestsPerMinute: Invalid value: 9000: must be less than or equal to 600 (rate-limit-bounds, policy ${policyName()})\n`,
    );
    expect(printed).toMatch(/^3 objects: 1 would be denied, 1 warned of, 1 clean$/m);
    expect(printed).toMatch(/^rate-limit-bounds +1 +0 +0$/m);
    expect(printed).not.toContain(SECRET);
  });

  test("leaves what is being deleted alone", async () => {
    expect((await audit()).printed).not.toContain("/gone");
  });

  test("tries a policy in the place of the stored one of its name, which stays as it was", async () => {
    const candidate = await file(
      "looser.yaml",
      policy(policyName(), { rateLimits: { max: { requestsPerMinute: 9000 } } }),
    );
    expect(await audit("--policy", candidate)).toMatchObject({ code: 0, complained: "" });
    expect(await audit()).toMatchObject({ code: 1 });
  });

  test("tries policies beside the stored ones, several at once", async () => {
    const first = await file("labels.yaml", policy("audited-labels", { requiredLabels: [{ key: "cost-centre" }] }));
    const second = await file(
      "credentials.yaml",
      policy("audited-credentials", { rules: { "inline-credential": "Deny" } }),
    );
    for (const words of [
      ["--policy", first, "--policy", second],
      ["--policy", first, second],
    ]) {
      const { code, printed } = await audit(...words);
      expect(code).toBe(1);
      expect(printed).toMatch(/^3 objects: 2 would be denied, 0 warned of, 1 clean$/m);
      expect(printed).toMatch(/^required-label +2 +0 +0$/m);
      expect(printed).toMatch(/^inline-credential +2 +0 +0$/m);
      expect(printed).not.toContain(SECRET);
    }
  });

  test("counts apart what a policy in Audit would deny", async () => {
    const candidate = await file("audit.yaml", {
      ...policy(policyName(), { mode: "Audit", rateLimits: { max: { requestsPerMinute: 600 } } }),
    });
    const { code, printed } = await audit("--policy", candidate);
    expect(code).toBe(0);
    expect(printed).toMatch(
      new RegExp(`^  Audit spec.* policy ${policyName()}\\); policy ${policyName()} only audits$`, "m"),
    );
    expect(printed).toMatch(/^rate-limit-bounds +0 +0 +1$/m);
  });

  test("judges the objects of all namespaces with -A", async () => {
    const { printed } = await auditAs(plane.kubeconfig, "-A", "--output", "json");
    const { objects, totals } = JSON.parse(printed) as {
      objects: { namespace: string; name: string; allowed: boolean }[];
      totals: { denied: number };
    };
    const denied = objects.filter(({ allowed }) => !allowed);
    expect(denied.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(
      expect.arrayContaining([`${plane.namespace}/bad`, `${other.name}/elsewhere`]),
    );
    expect(totals.denied).toBe(denied.length);
    expect(printed).not.toContain(SECRET);
  });

  test("prints SARIF and JUnit", async () => {
    const sarif = await audit("-o", "sarif");
    const results = (JSON.parse(sarif.printed) as Log).runs[0]?.results ?? [];
    expect(results.filter(({ level }) => level === "error").map(({ ruleId }) => ruleId)).toEqual(["rate-limit-bounds"]);
    const junit = await audit("-o", "junit");
    expect(junit.printed).toContain(`<testsuite name="namespace ${plane.namespace}" tests="3" failures="1"`);
    expect([sarif.code, junit.code]).toEqual([1, 1]);
    expect(sarif.printed + junit.printed).not.toContain(SECRET);
  });

  test("reads long lists in pages", async () => {
    await using namespace = await plane.createNamespace("audited-pages");
    const path = `/apis/${API_VERSION}/namespaces/${namespace.name}/airoutes`;
    const numbers = Array.from({ length: 501 }, (_, number) => number);
    for (let start = 0; start < numbers.length; start += 20) {
      const some = numbers.slice(start, start + 20).map((number) => ({
        apiVersion: API_VERSION,
        kind: "AIRoute",
        metadata: { name: `route-${number}` },
        spec: { path: `/${number}`, targetModel: "gpt-4o" },
      }));
      await Promise.all(some.map((body) => plane.request("POST", path, { body })));
    }
    const { code, printed } = await auditAs(plane.kubeconfig, "-n", namespace.name);
    expect(code).toBe(0);
    expect(printed).toMatch(/^501 objects: 0 would be denied/m);
  });

  describe("without rights", () => {
    let identity: Identity;

    beforeAll(async () => {
      const names = `/api/v1/namespaces/${plane.namespace}/serviceaccounts`;
      await plane.request("POST", names, { body: { metadata: { name: "auditor" } } });
      identity = stack.use(await identityOf(plane, plane.namespace, "auditor"));
    });

    test("names each of them at once, and ends with 2", async () => {
      const { code, printed, complained } = await auditAs(identity.kubeconfig, "-n", plane.namespace);
      expect({ code, printed }).toEqual({ code: 2, printed: "" });
      const resources = ["aigatewayconfigs", "airoutes", "prompttemplates", "integrationconfigs", "modelconfigs"];
      for (const resource of resources)
        expect(complained).toContain(
          `  the right to list ${resource}.gateway.example.com in namespace ${plane.namespace} is missing\n`,
        );
      expect(complained).toContain(
        "  the right to list aigatewaypolicies.gateway.example.com in the whole cluster is missing\n",
      );
      expect(complained).toContain(`  the right to get namespaces/${plane.namespace} is missing\n`);
    });

    test("names those for the whole cluster with -A", async () => {
      const { complained } = await auditAs(identity.kubeconfig, "-A");
      expect(complained).toContain(
        "  the right to list airoutes.gateway.example.com in the whole cluster is missing\n",
      );
      expect(complained).toContain("  the right to list namespaces in the whole cluster is missing\n");
    });
  });

  test.each<[string, () => Promise<readonly string[]>, RegExp]>([
    ["a namespace is not there", () => Promise.resolve(["-n", "no-such"]), /there is no namespace no-such/],
    ["two places are named", () => Promise.resolve(["-A", "-n", "a"]), /exclude each other/],
    [
      "a policy is faulty",
      async () => ["--policy", await file("x.yaml", policy("x", { mode: "No" }))],
      /x\.yaml:1:\d+: spec\.mode/,
    ],
    [
      "a file has no policy",
      async () => ["--policy", await file("y.yaml", config("y", 1))],
      /no policy, approved model, class or namespace in there/,
    ],
    ["a file is not there", () => Promise.resolve(["--policy", "/no/such.yaml"]), /audit: no file or directory/],
    [
      "a word is too many",
      () => Promise.resolve(["policies.yaml"]),
      /unexpected argument 'policies\.yaml'; policies to try are named by --policy/,
    ],
    ["a format is unknown", () => Promise.resolve(["-o", "github"]), /must be one of 'text', 'json', 'sarif', 'junit'/],
    ["there is no kubeconfig", () => Promise.resolve(["--kubeconfig", "/no/such"]), /audit: .*\/no\/such/],
  ])("ends with 2 when %s", async (_, words, message) => {
    const given = await words();
    const { code, printed, complained } = given.includes("--kubeconfig")
      ? await auditAs(given[1] ?? "")
      : await auditAs(plane.kubeconfig, ...given);
    expect({ code, printed }).toEqual({ code: 2, printed: "" });
    expect(complained).toMatch(message);
  });
});

async function auditAs(kubeconfig: string, ...words: readonly string[]) {
  let [printed, complained] = ["", ""];
  const code = await runCommandLine(["audit", "--kubeconfig", kubeconfig, ...words], {
    config: { logLevel: undefined, kubeconfig: undefined, serviceHost: undefined, servicePort: undefined },
    signal: new AbortController().signal,
    print: (text) => void (printed += text),
    complain: (text) => void (complained += text),
  });
  return { code, printed, complained };
}
