import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { developmentCertificate } from "#server/development-certificate.ts";
import { writeCertificateDirectory } from "../support/certificate-directory.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import {
  type InstalledGatehouse,
  installCustomResourceDefinitions,
  installGatehouse,
} from "../support/gatehouse/install.ts";
import { startGatehouse } from "../support/gatehouse/process.ts";
import { installServiceAccount } from "../support/gatehouse/service-account.ts";

const API = "/apis/gateway.example.com/v1";

describeOnControlPlane("Gatehouse on the facts of the cluster, with the rights of its service account", (plane) => {
  let gatehouse: InstalledGatehouse | undefined;

  beforeAll(async () => {
    await installCustomResourceDefinitions(plane);
    gatehouse = await installGatehouse(plane);
  });

  afterAll(async () => {
    await gatehouse?.[Symbol.asyncDispose]();
    for (const plural of ["aigatewaypolicies", "approvedmodels"]) {
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

  test("approve, then apply: the verdict becomes right each time", async ({ annotate }) => {
    await apply(policy("approved-only", { rules: { "unapproved-model": "Deny" } }));
    await denied("never", "must be named by an ApprovedModel");
    const models = Array.from({ length: 50 }, (_, index) => `model-${index}`);
    let deniedFirst = 0;
    for (const model of models) {
      await plane.request("POST", `${API}/approvedmodels`, { body: approval(model) });
      const created = async () => {
        const body = config(model, plane.namespace);
        const path = `${API}/namespaces/${plane.namespace}/aigatewayconfigs`;
        return (await plane.request("POST", path, { body })).status === 201;
      };
      if (await created()) continue;
      deniedFirst += 1;
      await poll(`${model} is approved`, created);
    }
    // None, once denials that rest on an absent fact are held for a moment.
    await annotate(`denied at first: ${deniedFirst} of ${models.length}`);
  });

  test("it is not ready while it may not read, says why, and is once it may", async () => {
    await using stack = new AsyncDisposableStack();
    const own = stack.use(await plane.createNamespace("gatehouse-late"));
    const account = stack.use(await installServiceAccount(plane, own.name));
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
    await poll("it says why", () => Promise.resolve(late.output().includes(`${own.name}:gatehouse\\" cannot`)));
    const missing = await (await fetch(`${late.plain}/readyz`)).text();
    const kinds = ["aigatewaypolicies", "approvedmodels", "aigatewayclasses", "namespaces", "aigatewayconfigs"];
    for (const kind of kinds) expect(missing).toContain(`[-]cache-${kind} failed`);
    await account.grant();
    await poll("it is ready", async () => (await fetch(`${late.plain}/readyz`)).ok);
    const metrics = await (await fetch(`${late.plain}/metrics`)).text();
    for (const kind of ["AIGatewayPolicy", "ApprovedModel", "AIGatewayClass", "Namespace", "AIGatewayConfig"]) {
      expect(metrics).toMatch(new RegExp(`^gatehouse_cache_age_seconds\\{kind="${kind}"\\} \\d`, "m"));
    }
  });

  test("nothing failed on the way", () => {
    expect(gatehouse?.process.output()).not.toMatch(/"level":"(warn|error|fatal)"/);
  });
});

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
