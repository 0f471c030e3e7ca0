import { join } from "node:path";
import { expect, test } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { GROUP } from "#api/kind.ts";
import { KINDS } from "#api/kinds.ts";
import { floorManifests } from "#floor/admission-policies.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { type Manifest, parseManifests, renderChart } from "../support/gatehouse/chart.ts";
import { chartOfVersion } from "../support/gatehouse/chart-variant.ts";

const CHART = join(import.meta.dirname, "../../charts/webhook");

interface Webhook {
  readonly name: string;
  readonly failurePolicy: string;
  readonly rules: readonly {
    readonly operations: readonly string[];
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly scope: string;
  }[];
}

describeOnControlPlane(
  "the chart",
  (plane) => {
    const render = (values: Readonly<Record<string, string>> = {}) =>
      renderChart(plane, { name: "gatehouse", namespace: "guard", values });

    const entries = async (kind: string): Promise<readonly Webhook[]> =>
      (await render()).filter((object) => object.kind === kind).flatMap((object) => webhooksOf(object));

    test("has no fault that Helm finds", async () => {
      expect((await plane.helm?.(["lint", "--strict", CHART]))?.stdout).toContain("0 chart(s) failed");
    });

    test("renders to the same objects each time, without any key", async () => {
      const [once, again] = [await render(), await render()];
      expect(again).toEqual(once);
      expect(JSON.stringify(once)).not.toMatch(/-----BEGIN|caBundle|tls\.key/);
    });

    test("has labels and an image that there can be, also in a version with build metadata", async () => {
      const metadata = "20261127.4d1f0c2e.built-by-somebody-who-tells-all-of-it";
      await using chart = await chartOfVersion(`1.2.3+${metadata}`);
      const { stdout = "" } =
        (await plane.helm?.(["template", "gatehouse", chart.directory, "--namespace=guard"])) ?? {};
      const objects = parseManifests(stdout);
      const labels = objects.flatMap((object) => Object.values(labelsOf(object)));
      expect(labels.filter((label) => !LABEL_VALUE.test(label))).toEqual([]);
      expect(labels).toContain(`1.2.3_${metadata}`.slice(0, 63));
      const deployment = objects.find(({ kind }) => kind === "Deployment");
      const image = valueAt(deployment, ["spec", "template", "spec", "containers", 0, "image"]);
      expect(image).toBe(`gatehouse:1.2.3_${metadata}`);
    });

    test("holds the admission floor where it is asked for, as `gatehouse export vap` prints it", async () => {
      expect((await render()).filter(isOfFloor)).toEqual([]);
      const rendered = (await render({ "floor.enabled": "true" })).filter(isOfFloor);
      expect(rendered).toHaveLength(floorManifests().length);
      expect(rendered).toEqual(expect.arrayContaining([...floorManifests()]));
    });

    test("names our group and every kind of it, and nothing else", async () => {
      for (const kind of ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]) {
        const rules = (await entries(kind)).flatMap((webhook) => webhook.rules);
        expect(new Set(rules.flatMap(({ apiGroups }) => apiGroups))).toEqual(new Set([GROUP]));
        for (const scope of ["Namespaced", "Cluster"] as const) {
          const named = new Set(rules.filter((rule) => rule.scope === scope).flatMap(({ resources }) => resources));
          const ours = KINDS.filter((known) => known.scope === scope).map(({ plural }) => plural);
          expect([...named].toSorted()).toEqual(ours.toSorted());
        }
      }
    });

    test("runs as the restricted Pod Security Standard wants it", async () => {
      await using namespace = await plane.createNamespace("restricted");
      const label = "pod-security.kubernetes.io/enforce=restricted";
      await plane.kubectl(["label", "namespace", namespace.name, label]);
      const deployment = (await render()).find(({ kind }) => kind === "Deployment");
      const spec = { ...(valueAt(deployment, ["spec", "template", "spec"]) as object), serviceAccountName: "default" };
      const create = async (spec: object) => {
        const body = { apiVersion: "v1", kind: "Pod", metadata: { name: "gatehouse" }, spec };
        return (await plane.request("POST", `/api/v1/namespaces/${namespace.name}/pods?dryRun=All`, { body })).status;
      };
      await poll("it is let in", async () => (await create(spec)) === 201); // once there is a service account
      expect(await create({ ...spec, securityContext: {} })).toBe(403);
    });

    test("gives rights over Secrets, ConfigMaps and workloads only in the namespaces that the values list", async () => {
      const plain = await render();
      expect(bindings(plain)).toEqual(["gatehouse-lease in guard"]);
      const values = { "secretNamespaces[0]": "a", "secretNamespaces[1]": "b", "rolloutNamespaces[0]": "a" };
      const more = await render({ ...values, "managedNamespaces[0]": "b", "endpointSecrets[0]": "caddy" });
      expect(bindings(more)).toEqual([
        "gatehouse-delivery in a",
        "gatehouse-delivery in b",
        "gatehouse-endpoints in guard",
        "gatehouse-lease in guard",
        "gatehouse-managed in b",
        "gatehouse-rollout in a",
      ]);
      for (const objects of [plain, more]) {
        const resources = resourcesOfAllNamespaces(objects);
        expect(resources).toContain("aigatewayconfigs/status");
        for (const resource of ["secrets", "configmaps", "pods", "deployments", "services", "*"])
          expect(resources).not.toContain(resource);
      }
    });

    test("names to its servers everything that lies in no namespace, so that it goes with theirs", async () => {
      const objects = await render({ "floor.enabled": "true" });
      const deployment = objects.find(({ kind }) => kind === "Deployment");
      const words = valueAt(deployment, ["spec", "template", "spec", "containers", 0, "args"]) as readonly string[];
      const named =
        words.find((word) => word.startsWith("--cluster-objects="))?.slice("--cluster-objects=".length) ?? "";
      const elsewhere = objects.filter((object) => valueAt(object, ["metadata", "namespace"]) === undefined);
      const all = elsewhere.map(({ kind, metadata: { name } }) => `${plural(kind)}/${name}`);
      expect(named.split(",").toSorted()).toEqual(all.toSorted());
    });

    test("installs no controller where none is wanted", async () => {
      const objects = await render({ "controller.enabled": "false" });
      expect(JSON.stringify(objects)).toContain("--without-controller");
      expect(objects.filter(({ kind }) => kind === "RoleBinding")).toEqual([]);
    });

    test("fails closed for one thing alone: what would be stored unjudged", async () => {
      const all = [
        ...(await entries("MutatingWebhookConfiguration")),
        ...(await entries("ValidatingWebhookConfiguration")),
      ];
      const closed = all.filter(({ failurePolicy }) => failurePolicy !== "Ignore");
      expect(closed.map(({ rules }) => rules.map(({ operations, scope }) => [scope, ...operations]))).toEqual([
        [["Namespaced", "CREATE", "UPDATE"]],
      ]);
    });
  },
  { certManager: true },
);

/** As the API server takes it. */
const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;

function labelsOf(object: Manifest): Readonly<Record<string, string>> {
  return valueAt(object, ["metadata", "labels"]) as Readonly<Record<string, string>>;
}

function webhooksOf(object: Manifest): readonly Webhook[] {
  return (object as Manifest & { readonly webhooks: readonly Webhook[] }).webhooks;
}

/** As in URLs. */
function plural(kind: string): string {
  return `${kind.toLowerCase().replace(/y$/, "ie")}s`;
}

function isOfFloor({ metadata }: Manifest): boolean {
  return metadata.name.startsWith("gatehouse-floor-");
}

/** Name of the role that a binding gives. */
function roleOf(binding: Manifest): string {
  return String(valueAt(binding, ["roleRef", "name"]));
}

/** Which roles hold in which single namespaces. */
function bindings(objects: readonly Manifest[]): readonly string[] {
  return objects
    .filter(({ kind }) => kind === "RoleBinding")
    .map((object) => `${roleOf(object)} in ${String(valueAt(object, ["metadata", "namespace"]))}`)
    .toSorted();
}

/** The resources over which there is any right in every namespace. */
function resourcesOfAllNamespaces(objects: readonly Manifest[]): readonly string[] {
  const bound = new Set(objects.filter(({ kind }) => kind === "ClusterRoleBinding").map(roleOf));
  const roles = objects.filter(({ kind, metadata }) => kind === "ClusterRole" && bound.has(metadata.name));
  return roles
    .flatMap((role) => valueAt(role, ["rules"]) as readonly { readonly resources: readonly string[] }[])
    .flatMap(({ resources }) => resources);
}
