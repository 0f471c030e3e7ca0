import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { API_VERSION } from "#api/kind.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { type Manifest, parseManifests } from "../support/gatehouse/chart.ts";
import { ControllerScene } from "../support/gatehouse/controller-scene.ts";
import { CHART } from "../support/gatehouse/helm-release.ts";
import { gatehouseImage } from "../support/gatehouse/image.ts";
import { startProcessNode } from "../support/process-node/process-node.ts";

/** The release, so that the suite's objects are not those of another. */
const RELEASE = "synced";
const SAMPLE = join(import.meta.dirname, "../fixtures/seed/default-ai-config.yaml");

/** What policies, approvals and classes say of others is counted up to a second after these have changed. */
const QUIET_MILLISECONDS = 3_000;

/** How each tool says to the API server who it is. */
const MANAGERS = ["argocd-controller", "kustomize-controller", "helm-controller"];

describeOnControlPlane(
  "synced again and again by GitOps tools, while Gatehouse and cert-manager run",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let namespace: string;
    /** What `helm template --no-hooks` prints, CRDs included. */
    let chart: string;
    let scene: ControllerScene;

    const clientSide = (input: string) => plane.kubectl(["apply", "--filename=-"], { input });
    /** Without force, which the tools use: with it a conflict would be won, and would come again. */
    const serverSide = (manager: string, input: string) =>
      plane.kubectl(["apply", "--server-side", `--field-manager=${manager}`, "--filename=-"], { input });

    /** The resourceVersions of objects, by kind and name. */
    const versions = async (input: string): Promise<Readonly<Record<string, string>>> => {
      const { stdout } = await plane.kubectl(["get", "--output=json", "--filename=-"], { input });
      const { items } = JSON.parse(stdout) as { readonly items: readonly Stored[] };
      return Object.fromEntries(
        items.map(({ kind, metadata }) => [`${kind} ${metadata.name}`, metadata.resourceVersion]),
      );
    };

    /** Those that stand still for as long as a status may be late. */
    const settledVersions = async (input: string) => {
      let last = await versions(input);
      let since = performance.now();
      return poll("nothing changes any more", async () => {
        const now = await versions(input);
        if (JSON.stringify(now) !== JSON.stringify(last)) since = performance.now();
        last = now;
        return performance.now() - since > QUIET_MILLISECONDS && now;
      });
    };

    beforeAll(async () => {
      namespace = stack.use(await plane.createNamespace("gitops")).name;
      scene = new ControllerScene(plane);
      const words = ["template", RELEASE, CHART, "--no-hooks", `--namespace=${namespace}`, "--values=-"];
      const values = {
        replicas: 1,
        image: { tag: "here" },
        service: { port: 8443 },
        secretNamespaces: [plane.namespace],
        extraArgs: ["--shutdown-delay=0"],
        floor: { enabled: true },
        networkPolicy: { enabled: true },
        monitoring: { dashboard: { enabled: true } },
      };
      chart = (await plane.helm?.(words, { input: JSON.stringify(values) }))?.stdout ?? "";
      stack.use(await startProcessNode(plane, { "gatehouse:here": gatehouseImage() }));
      await clientSide(chart);
      stack.defer(async () => {
        const input = listOf(parseManifests(chart)); // without the CRDs, which are everybody's
        await plane.kubectl(["delete", "--ignore-not-found", "--filename=-"], { input });
      });
      await plane.kubectl(["rollout", "status", `deployment/${RELEASE}`, `--namespace=${namespace}`, "--timeout=50s"]);
      await poll("the authority is injected", async () => {
        const name = `validatingwebhookconfiguration/${RELEASE}`;
        const { stdout } = await plane.kubectl(["get", name, "--output=jsonpath={.webhooks[*].clientConfig.caBundle}"]);
        return stdout.split(" ").length === 3;
      });
    }, 120_000);

    afterAll(() => stack.disposeAsync());

    describe("the chart", () => {
      test("applied by kubectl a second time moves nothing", async () => {
        const before = await settledVersions(chart);
        expect(Object.keys(before).length).toBeGreaterThan(30);
        await clientSide(chart);
        expect(await versions(chart)).toEqual(before);
      });

      test.each(MANAGERS)("applied by %s is no conflict, and moves nothing a second time", async (manager) => {
        await serverSide(manager, chart);
        const before = await settledVersions(chart);
        await serverSide(manager, chart);
        expect(await versions(chart)).toEqual(before);
      });

      test("is rendered without hooks, and without what only a cluster knows", () => {
        expect(chart).not.toMatch(/helm\.sh\/hook|caBundle:|BEGIN CERTIFICATE/);
      });
    });

    describe("a team's objects", () => {
      /** A class, a policy that adds defaults, an approval, and the user's sample. */
      let objects: string;

      beforeAll(async () => {
        for (const kind of ["AIGatewayPolicy", "ApprovedModel", "AIGatewayClass"]) {
          stack.defer(async () => {
            await scene.kubectl("annotate", kind, RELEASE, "gateway.example.com/force-deletion=true");
            await scene.remove(kind, RELEASE);
          });
        }
        const sample = parse((await readFile(SAMPLE, "utf8")).replace(/namespace: .*/, "")) as Manifest;
        const gateway = { ...sample, metadata: { ...sample.metadata, namespace: plane.namespace } };
        objects = listOf([...platformObjects(plane.namespace), gateway]);
        await serverSide("argocd-controller", objects);
        await scene.kubectl("wait", "--for=condition=Programmed", "aigw", "--all", "--timeout=30s");
      }, 60_000);

      test("have what Gatehouse adds: defaults, labels and a status", async () => {
        const gateway = JSON.parse(await scene.kubectl("get", "aigw", "default-ai-config", "--output=json")) as object;
        expect(gateway).toMatchObject({
          metadata: { labels: { "cost-centre": "synced" } },
          spec: { gatewayClassName: RELEASE },
          status: { appliedModels: expect.arrayContaining(["gpt-3.5-turbo"]) as unknown },
        });
      });

      test.each(MANAGERS)("applied by %s are no conflict, and nothing moves a second time", async (manager) => {
        await serverSide(manager, objects);
        const before = await settledVersions(objects);
        await serverSide(manager, objects);
        expect(await versions(objects)).toEqual(before);
      });

      test("applied by kubectl move nothing a second time, and keep what was added", async () => {
        await clientSide(objects);
        const before = await settledVersions(objects);
        await clientSide(objects);
        expect(await versions(objects)).toEqual(before);
        expect(
          await scene.kubectl("get", "aigw", "default-ai-config", "--output=jsonpath={.metadata.labels}"),
        ).toContain("cost-centre");
      });

      test("are in sync to a tool that asks by a dry run what an apply would change", async () => {
        const words = [
          "apply",
          "--server-side",
          "--dry-run=server",
          "--field-manager=argocd-controller",
          "--output=json",
        ];
        const { stdout } = await plane.kubectl([...words, "--filename=-"], { input: objects });
        const predicted = (JSON.parse(stdout) as { readonly items: readonly Stored[] }).items;
        const { stdout: live } = await plane.kubectl(["get", "--output=json", "--filename=-"], { input: objects });
        expect(predicted).toEqual((JSON.parse(live) as { readonly items: readonly Stored[] }).items);
      });
    });
  },
  { certManager: true },
);

interface Stored {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
}

/** What the platform team has for the suite's namespace. */
function platformObjects(namespace: string): readonly object[] {
  const annotations = { "gateway.example.com/is-default-class": "true" };
  const lifecycle = { state: "Approved", approvedBy: "us", ticket: "T-1", expiresAt: "2999-01-01T00:00:00Z" };
  const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": namespace } };
  const defaults = { labels: { "cost-centre": "synced" }, timeouts: { request: "60s" } };
  return [
    clusterObject("AIGatewayClass", { adapter: "json" }, { annotations }),
    clusterObject("AIGatewayPolicy", { mode: "Enforce", namespaceSelector, defaults }),
    clusterObject("ApprovedModel", { provider: "openai", models: ["gpt-3.5-turbo"], lifecycle }),
  ];
}

function clusterObject(kind: string, spec: object, more: object = {}): object {
  return { apiVersion: API_VERSION, kind, metadata: { name: RELEASE, ...more }, spec };
}

function listOf(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}
