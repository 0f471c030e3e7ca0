import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { CLEANUP_FINALIZER, SKIP_CLEANUP_ANNOTATION } from "#api/controller-names.ts";
import { API_VERSION } from "#api/kind.ts";
import { codeBlocks } from "../repository/code-blocks.ts";
import { describeOnOwnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { CHART, HelmRelease } from "../support/gatehouse/helm-release.ts";
import { openShell } from "../support/gatehouse/shell.ts";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 }); // Helm waits for processes to start and to end

const THEIRS = "example.com/theirs";

const PAGE = await readFile(join(import.meta.dirname, "../../docs/installing.md"), "utf8");
const blockThatBegins = (words: string) => codeBlocks(PAGE).find(({ text }) => text.startsWith(words))?.text;
const COMMAND = blockThatBegins("kubectl delete -l");
const BY_HAND = blockThatBegins("npx gatehouse uninstall");

describeOnOwnControlPlane(
  "an installation that is removed while gateways are served",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let release: HelmRelease;
    let team: string;

    beforeAll(async () => {
      release = stack.use(await HelmRelease.prepare(plane()));
      team = (await plane().createNamespace("team")).name;
      await release.install({ values: values() });
      // Of a gateway that nobody reaches any more, one is deleted and waits, and one stays.
      const adminAPI = { url: "http://127.0.0.1:9/{name}" };
      await put({
        kind: "AIGatewayClass",
        metadata: { name: "gone" },
        spec: { adapter: "caddy", delivery: { adminAPI } },
      });
      await put(gateway("staying", [THEIRS]), gateway("leaving", []));
      for (const name of ["staying", "leaving"])
        await poll(`${name} is held`, async () => (await finalizers("aigw", name)).includes(CLEANUP_FINALIZER), SOON);
      await kubectl("delete", "aigw", "leaving", "--wait=false");
    });
    afterAll(() => stack.disposeAsync());

    const values = () => ({ secretNamespaces: [team], floor: { enabled: true }, hooks: { timeoutSeconds: 120 } });

    const kubectl = async (...words: readonly string[]) =>
      (await plane().kubectl(["--namespace", team, ...words])).stdout;

    async function put(...objects: readonly object[]): Promise<void> {
      const items = objects.map((object) => ({ apiVersion: API_VERSION, ...object }));
      const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
      await plane().kubectl(["--namespace", team, "apply", "--server-side", "-f", "-"], { input });
    }

    async function finalizers(kind: string, name: string): Promise<readonly string[]> {
      const { metadata } = JSON.parse(await kubectl("get", kind, name, "-o", "json")) as Stored;
      return metadata.finalizers ?? [];
    }

    /** Whatever of ours lies in no namespace. */
    async function clusterObjects(): Promise<readonly Stored[]> {
      const list = await kubectl("get", CLUSTER_KINDS, "-l", "app.kubernetes.io/name=gatehouse", "-o", "json");
      return (JSON.parse(list) as { items: Stored[] }).items;
    }

    const isOwned = ({ metadata: { ownerReferences = [] } }: Stored) =>
      ownerReferences.some(({ kind, name }) => kind === "Namespace" && name === release.namespace);

    const uidOf = (kind: string, name: string) => kubectl("get", kind, name, "-o", "jsonpath={.metadata.uid}");

    async function isDenied(): Promise<void> {
      await poll(
        "a denial",
        async () => {
          const path = `/apis/gateway.example.com/v1/namespaces/${team}/aigatewayconfigs?dryRun=All`;
          const spec = { models: [{ name: "chat", endpoint: "https://127.0.0.1" }], routes: [] };
          const bad = { apiVersion: API_VERSION, kind: "AIGatewayConfig", metadata: { name: "bad" }, spec };
          return JSON.stringify((await plane().request("POST", path, { body: bad })).body).includes(
            "(forbidden-endpoint)",
          );
        },
        SOON,
      );
    }

    /** Under another name than the suite's release. */
    const installAs = (name: string, flags: readonly string[], expected: 0 | 1 = 0) =>
      release.helm(["install", name, CHART, "--wait", "--timeout=150s", `--values=-`, ...flags], {
        input: JSON.stringify({ ...values(), image: { repository: "gatehouse" }, service: { port: 8443 } }),
        expect: expected,
      });

    test("belongs to its namespace, and Helm leaves that as it is", async () => {
      await poll("all of it is owned", async () => (await clusterObjects()).every(isOwned), SOON);
      const before = await clusterObjects();
      expect(before.length).toBeGreaterThan(20);
      await release.upgrade({ values: values() });
      const after = await clusterObjects();
      expect(after.map(({ metadata }) => metadata.uid)).toEqual(before.map(({ metadata }) => metadata.uid));
      expect(after.filter((object) => !isOwned(object))).toEqual([]);
    });

    test("is uninstalled, and nothing is left of it but CRDs and users' objects, which nothing holds", async () => {
      const [staying, defaultClass] = [await uidOf("aigw", "staying"), await uidOf("aigwc", "default")];
      await release.test();
      await release.uninstall();
      expect(await finalizers("aigw", "staying")).toEqual([THEIRS]);
      expect(await finalizers("aigwc", "gone")).toEqual([]);
      expect(await kubectl("get", "aigw", "-o", "name")).toBe("aigatewayconfig.gateway.example.com/staying\n");
      expect([await uidOf("aigw", "staying"), await uidOf("aigwc", "default")]).toEqual([staying, defaultClass]);
      expect(await clusterObjects()).toEqual([]);
      expect(await kubectl("get", "crds", "-o", "name")).toContain("aigatewayconfigs.gateway.example.com");
      await poll("the namespace is empty", async () => (await contents(release.namespace)).length === 0, SOON);
    });

    test("is installed again under another name, which takes the CRDs over when it is told to", async () => {
      const defaultClass = await uidOf("aigwc", "default");
      const { stderr } = await installAs("guard", [], 1);
      expect(stderr).toContain("invalid ownership metadata");
      await release.helm(["uninstall", "guard", "--ignore-not-found", "--no-hooks"]);
      await installAs("guard", ["--take-ownership"]);
      await isDenied();
      expect(await uidOf("aigwc", "default")).toBe(defaultClass);
      await poll(
        "staying is held",
        async () => (await finalizers("aigw", "staying")).includes(CLEANUP_FINALIZER),
        SOON,
      );
      await poll("all of it is owned", async () => (await clusterObjects()).every(isOwned), SOON);
    });

    test("takes all of itself along when its namespace is deleted first, but for CRDs and objects", async () => {
      const staying = await uidOf("aigw", "staying");
      expect((await clusterObjects()).length).toBeGreaterThan(20);
      await plane().kubectl(["delete", "namespace", release.namespace, "--timeout=120s"], { within: 130_000 });
      await poll("nothing of ours is left", async () => (await clusterObjects()).length === 0, SOON);
      const { stderr } = await release.helm(["uninstall", "guard"], { expect: 1 });
      expect(stderr).toContain("not found");
      expect(await uidOf("aigw", "staying")).toBe(staying);
      expect(await finalizers("aigw", "staying")).toContain(CLEANUP_FINALIZER);
      await kubectl("label", "aigw", "staying", "edited=while-nobody-judges");
    });

    test("and is installed again, where it serves what is stored", async () => {
      await installAs("guard", ["--create-namespace"]);
      await isDenied();
      await kubectl("annotate", "aigw", "staying", `${SKIP_CLEANUP_ANNOTATION}=true`);
      await kubectl("patch", "aigw", "staying", "--type=json", "--patch", WITHOUT_THEIRS);
      await kubectl("delete", "aigw", "staying", "--timeout=50s");
    });

    test("is removed by hand as the documentation says, and nothing is left of it, no key either", async () => {
      const commands = BY_HAND?.replaceAll("gatehouse-system", release.namespace)
        .replace("--name gatehouse", "--name guard")
        .replace("helm uninstall gatehouse", "helm uninstall guard")
        .replaceAll(/(\w+)\/gatehouse/g, "$1/guard")
        .replace("npx gatehouse", `'${process.execPath}' '${join(CHART, "../../src/main.ts")}'`);
      expect(await contents(release.namespace)).toContain("secret/guard-ca");
      await using shell = await openShell(plane());
      await shell.run(commands ?? "false");
      expect(await clusterObjects()).toEqual([]);
      await poll("the namespace is empty", async () => (await contents(release.namespace)).length === 0, SOON);
    });

    test("without a controller leaves itself behind when its namespace is deleted first, and one command of the documentation takes it away", async () => {
      await installAs("guard", ["--set=controller.enabled=false"]);
      await isDenied();
      await plane().kubectl(["delete", "namespace", release.namespace, "--timeout=120s"], { within: 130_000 });
      expect((await clusterObjects()).filter(isOwned)).toEqual([]);
      await expect(put(gateway("nobody-judges", []))).rejects.toThrow("failed calling webhook");
      await using shell = await openShell(plane());
      await shell.run(COMMAND ?? "false");
      expect(await clusterObjects()).toEqual([]);
      await put(gateway("nobody-judges", []));
    });

    /** What is in a namespace, but for what every namespace has. */
    async function contents(namespace: string): Promise<readonly string[]> {
      const words = ["api-resources", "--verbs=list", "--namespaced", "-o", "name"];
      const kinds = (await kubectl(...words))
        .trim()
        .split("\n")
        .filter((kind) => !kind.startsWith("events"));
      const { stdout } = await plane().kubectl(["--namespace", namespace, "get", kinds.join(","), "-o", "name"]);
      const everywhere = ["configmap/kube-root-ca.crt", "serviceaccount/default", ""];
      return stdout.split("\n").filter((name) => !everywhere.includes(name));
    }
  },
  { certManager: true },
);

/** An AIGatewayConfig of the class whose gateway is gone. */
function gateway(name: string, finalizers: readonly string[]): object {
  return {
    kind: "AIGatewayConfig",
    metadata: { name, finalizers },
    spec: {
      gatewayClassName: "gone",
      models: [{ name: `gpt-${name}`, type: "llm", endpoint: "https://api.openai.com/v1" }],
      routes: [{ path: `/${name}`, targetModel: `gpt-${name}` }],
    },
  };
}

/** Several processes start and end beside whatever else the machine does. */
const SOON = { within: 120_000 };

const CLUSTER_KINDS = [
  "validatingwebhookconfigurations",
  "mutatingwebhookconfigurations",
  "validatingadmissionpolicies",
  "validatingadmissionpolicybindings",
  "clusterroles",
  "clusterrolebindings",
].join(",");

const WITHOUT_THEIRS = JSON.stringify([
  { op: "test", path: "/metadata/finalizers/0", value: THEIRS },
  { op: "remove", path: "/metadata/finalizers/0" },
]);

interface Stored {
  readonly metadata: {
    readonly uid: string;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
}
