import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { FACT_KINDS } from "#policy/fact-index.ts";
import { developmentCertificate } from "#server/development-certificate.ts";
import { writeCertificateDirectory } from "../support/certificate-directory.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { applyManifests, renderChart } from "../support/gatehouse/chart.ts";
import {
  type InstalledGatehouse,
  installCustomResourceDefinitions,
  installGatehouse,
} from "../support/gatehouse/install.ts";
import { startGatehouse } from "../support/gatehouse/process.ts";
import { identityOf } from "../support/gatehouse/service-account.ts";
import { type LaggingProxy, startLaggingProxy } from "../support/lagging-proxy.ts";

const API = "/apis/gateway.example.com/v1";
const CREATED = "created";

describeOnControlPlane("Gatehouse on the facts of the cluster, with the rights of its service account", (plane) => {
  let gatehouse: InstalledGatehouse | undefined;
  /** Between the API server and Gatehouse's informers. */
  let proxy: LaggingProxy | undefined;

  beforeAll(async () => {
    await installCustomResourceDefinitions(plane);
    proxy = await startLaggingProxy(plane.server);
    gatehouse = await installGatehouse({ ...plane, server: proxy.url });
  });

  afterAll(async () => {
    await gatehouse?.[Symbol.asyncDispose]();
    await proxy?.[Symbol.asyncDispose]();
    for (const plural of ["aigatewaypolicies", "approvedmodels", "aigatewayclasses"]) {
      await plane.request("DELETE", `${API}/${plural}?labelSelector=suite=${plane.namespace}`);
    }
  });

  const apply = (object: object) => plane.kubectl(["apply", "-f", "-"], { input: JSON.stringify(object) });

  /** Names of cluster-scoped objects are the whole run's. */
  const named = (name: string) => `${plane.namespace}-${name}`;

  const factOf = (kind: string, name: string, spec: object) => ({
    apiVersion: "gateway.example.com/v1",
    kind,
    metadata: { name: named(name), labels: { suite: plane.namespace } },
    spec,
  });

  /** Selects the suite's namespace unless it says otherwise. */
  const policy = (name: string, spec: object) => {
    const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": plane.namespace } };
    return factOf("AIGatewayPolicy", name, { mode: "Enforce", namespaceSelector, ...spec });
  };

  const approval = (model: string) =>
    factOf("ApprovedModel", model, { provider: "p", models: [model], lifecycle: { state: "Approved" } });

  /** What kubectl says when it would apply a configuration of this model: nothing when that would do. */
  const denialOf = async (model: string): Promise<string> => {
    const input = JSON.stringify(config(model, plane.namespace));
    const { code, stderr } = await plane.kubectl(["apply", "--dry-run=server", "-f", "-"], { input, expect: "any" });
    return code === 0 ? "" : stderr;
  };

  const denied = (model: string, why: string) => poll(why, async () => (await denialOf(model)).includes(why));
  const allowed = (model: string) => poll(`${model} is allowed`, async () => (await denialOf(model)) === "");

  test("a policy holds once it is applied, tighter once that is applied, and no more once it is deleted", async () => {
    const because = (most: number) =>
      `must be less than or equal to ${most} (rate-limit-bounds, policy ${named("limit")})`;
    expect(await denialOf("any")).toBe("");
    await apply(policy("limit", atMost(1000)));
    await denied("any", because(1000));
    await apply(policy("limit", atMost(500)));
    await denied("any", because(500));
    await plane.kubectl(["delete", "aigwp", named("limit")]);
    await allowed("any");
  });

  test("a model may be used once it is approved, and no more once the approval has expired", async () => {
    await apply(policy("approved-only", { rules: { "unapproved-model": "Deny" } }));
    await denied("fresh", "must be named by an ApprovedModel");
    await apply(approval("fresh"));
    await allowed("fresh");
    const patch = JSON.stringify({ spec: { lifecycle: { expiresAt: "2020-01-01T00:00:00Z" } } });
    await plane.kubectl(["patch", "aimodel", named("fresh"), "--type=merge", "--patch", patch]);
    await denied("fresh", `approval ${named("fresh")}`);
    await plane.kubectl(["delete", "aigwp", named("approved-only")]);
    await allowed("fresh");
  });

  test("a namespace is held to a policy for as long as its labels select it", async () => {
    const namespaceSelector = { matchLabels: { team: "strict" } };
    await apply(policy("strict", { namespaceSelector, ...atMost(1) }));
    await plane.kubectl(["label", "namespace", plane.namespace, "team=strict"]);
    await denied("any", `policy ${named("strict")}`);
    await plane.kubectl(["label", "namespace", plane.namespace, "team-"]);
    await allowed("any");
  });

  /** The status of a create, and what speaks against it. */
  const created = async (path: string, body: object): Promise<string> => {
    const { status, body: answer } = await plane.request("POST", `${API}/${path}`, { body });
    return status === 201 ? CREATED : `${status}: ${(answer as { message?: string }).message}`;
  };

  /** How many reviews have waited for a fact so far. */
  const held = async (): Promise<number> => {
    const pod = await gatehouse?.deployment.pod();
    const metrics = await (await fetch(`${pod?.plain}/metrics`)).text();
    return Array.from(metrics.matchAll(/^gatehouse_admission_held_total\{.*\} (\d+)$/gm), ([, count]) =>
      Number(count),
    ).reduce((sum, count) => sum + count, 0);
  };

  /** Approves models one after the other, applies a configuration of each at once, and answers what came of that. */
  const approveAndApply = async (prefix: string, count: number): Promise<readonly string[]> => {
    const answers: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const model = `${prefix}-${index}`;
      await created("approvedmodels", approval(model));
      answers.push(await created(`namespaces/${plane.namespace}/aigatewayconfigs`, config(model, plane.namespace)));
    }
    return answers;
  };

  /**
   * Makes namespaces, every other one selected by the policy `newcomers`, and at once an object in each that this
   * policy forbids. They stay until the control plane ends: to delete them takes its controllers longer than the test.
   */
  const settleDown = async (prefix: string, count: number): Promise<readonly string[]> => {
    const answers: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const isHeld = index % 2 === 0;
      const metadata = { name: named(`${prefix}-${index}`), labels: isHeld ? { held: plane.namespace } : {} };
      await plane.request("POST", "/api/v1/namespaces", { body: { apiVersion: "v1", kind: "Namespace", metadata } });
      const path = `namespaces/${metadata.name}/aigatewayconfigs?dryRun=All`;
      const answer = await created(path, config("any", metadata.name));
      const isDenied = answer.includes(`(rate-limit-bounds, policy ${named("newcomers")})`);
      answers.push(`${isHeld ? "selected" : "free"}: ${isDenied ? "denied" : answer}`);
    }
    return answers;
  };

  test("approve, then apply at once, 500 times: none is denied", async ({ annotate }) => {
    await apply(policy("approved-only", { rules: { "unapproved-model": "Deny" } }));
    await denied("never", "must be named by an ApprovedModel");
    const before = await held();
    expect(tally(await approveAndApply("model", 500))).toEqual({ [CREATED]: 500 });
    await annotate(`reviews that were held: ${(await held()) - before}`);
  }, 120_000);

  test("a new namespace, then at once an object in it, 200 times: each is held to its own policy and to no other", async ({
    annotate,
  }) => {
    await plane.kubectl(["label", "namespace", plane.namespace, `held=${plane.namespace}`]);
    await apply(policy("newcomers", { namespaceSelector: { matchLabels: { held: plane.namespace } }, ...atMost(1) }));
    await denied("never", `policy ${named("newcomers")}`);
    await plane.kubectl(["label", "namespace", plane.namespace, "held-"]);
    const before = await held();
    const answers = tally(await settleDown("new", 200));
    expect(answers).toEqual({ "selected: denied": 100, "free: created": 100 });
    await annotate(`reviews that were held: ${(await held()) - before}`);
  }, 120_000);

  test("both hold where the news are late by 100 ms, since verdicts wait for them", async () => {
    onTestFinished(async () => {
      if (proxy) proxy.lagMilliseconds = 0;
      await plane.kubectl(["delete", "aigwp", named("approved-only"), named("newcomers")]);
    });
    const before = await held();
    if (proxy) proxy.lagMilliseconds = 100;
    expect(tally(await approveAndApply("late-model", 30))).toEqual({ [CREATED]: 30 });
    const between = await held();
    expect(between).toBeGreaterThan(before); // all 30, unless the machine is late itself
    const answers = tally(await settleDown("late", 30));
    expect(answers).toEqual({ "selected: denied": 15, "free: created": 15 });
    expect(await held()).toBeGreaterThan(between);
  }, 120_000);

  test("a class is deleted when nobody depends on it any more, or by force", async () => {
    const configs = `${API}/namespaces/${plane.namespace}/aigatewayconfigs`;
    const deleted = (path: string) => plane.request("DELETE", `${API}/${path}`);
    await apply(factOf("AIGatewayClass", "used", {}));
    const user = config("user", plane.namespace) as { readonly spec: object };
    const body = { ...user, spec: { ...user.spec, gatewayClassName: named("used") } };
    await plane.request("POST", configs, { body });
    const refused = `${plane.namespace}/user; the annotation gateway.example.com/force-deletion=true forces it (in-use)`;
    const refusal = async () => {
      const { stderr } = await plane.kubectl(["delete", "aigwc", named("used"), "--dry-run=server"], { expect: "any" });
      return stderr.includes(refused);
    };
    await poll("the class is known to be used", refusal);
    const all = await deleted(`aigatewayclasses?labelSelector=suite=${plane.namespace}`);
    expect([all.status, JSON.stringify(all.body)]).toEqual([422, expect.stringContaining("must not be deleted while")]);
    await plane.request("DELETE", `${configs}/user`);
    expect((await deleted(`aigatewayclasses/${named("used")}`)).status).toBe(200);

    await apply(factOf("AIGatewayClass", "used", {}));
    await plane.request("POST", configs, { body });
    await poll("the class is known to be used", refusal);
    await plane.kubectl(["annotate", "aigwc", named("used"), "gateway.example.com/force-deletion=true"]);
    expect((await deleted(`aigatewayclasses/${named("used")}`)).status).toBe(200);
  });

  test("it is not ready while it may not read, says why, and is once it may", async () => {
    await using stack = new AsyncDisposableStack();
    const own = stack.use(await plane.createNamespace("gatehouse-late"));
    const manifests = await renderChart(plane, { name: own.name, namespace: own.name, values: {} });
    const applyKinds = (wanted: RegExp) =>
      applyManifests(
        plane,
        manifests.filter(({ kind }) => wanted.test(kind)),
      );
    stack.use(await applyKinds(/^ServiceAccount$/));
    const account = stack.use(await identityOf(plane, own.name, own.name));
    const certificates = await mkdtemp(join(tmpdir(), "gatehouse-certificate-"));
    stack.defer(() => rm(certificates, { recursive: true }));
    const pair = await developmentCertificate();
    await writeCertificateDirectory(certificates, pair, pair.certificate);
    const options = [
      ["--certificate-directory", certificates],
      ["--kubeconfig", account.kubeconfig],
      ["--bind-address", "127.0.0.1"],
      ["--port", "0"],
      ["--plain-port", "0"],
    ];
    const late = stack.use(await startGatehouse(options, "reading the cluster"));
    await poll("it says why", () => Promise.resolve(late.output().includes(`${own.name}:${own.name}\\" cannot`)));
    const missing = await (await fetch(`${late.plain}/readyz`)).text();
    const kinds = ["aigatewaypolicies", "approvedmodels", "aigatewayclasses", "namespaces", "aigatewayconfigs"];
    kinds.push("modelconfigs", "airoutes", "prompttemplates", "ratelimitpolicies", "integrationconfigs");
    for (const kind of kinds) expect(missing).toContain(`[-]cache-${kind} failed`);
    stack.use(await applyKinds(/^ClusterRole/));
    await poll("it is ready", async () => (await fetch(`${late.plain}/readyz`)).ok);
    const metrics = await (await fetch(`${late.plain}/metrics`)).text();
    for (const kind of FACT_KINDS) {
      expect(metrics).toMatch(new RegExp(`^gatehouse_cache_age_seconds\\{kind="${kind}"\\} \\d`, "m"));
    }
  });

  test("nothing failed on the way", () => {
    expect(gatehouse?.deployment.outputs().join("")).not.toMatch(/"level":"(warn|error|fatal)"/);
  });
});

/** How often each answer was given. */
function tally(answers: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}

function atMost(requestsPerMinute: number): object {
  return { rateLimits: { max: { requestsPerMinute } } };
}

function config(model: string, namespace: string): object {
  return {
    apiVersion: "gateway.example.com/v1",
    kind: "AIGatewayConfig",
    metadata: { name: model, namespace },
    spec: {
      models: [
        {
          name: model,
          provider: "p",
          endpoint: "https://api.openai.example/v1",
          rateLimits: { requestsPerMinute: 5000 },
        },
      ],
      routes: [{ path: "/chat", targetModel: model, methods: ["POST"] }],
    },
  };
}
