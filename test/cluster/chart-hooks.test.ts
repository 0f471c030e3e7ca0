import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { valueAt } from "#api/field-path.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import type { Manifest } from "../support/gatehouse/chart.ts";
import { CHART } from "../support/gatehouse/helm-release.ts";

describeOnControlPlane(
  "the hooks of the chart",
  (plane) => {
    const rendered = async (values: object = {}, flags: readonly string[] = []): Promise<readonly Manifest[]> => {
      const words = ["template", "guard", CHART, `--namespace=${plane.namespace}`, "--values=-", ...flags];
      const { stdout = "" } = (await plane.helm?.(words, { input: JSON.stringify(values) })) ?? {};
      return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
    };

    const hooks = async (values: object = {}) =>
      (await rendered(values)).filter((object) => hookOf(object) !== undefined);

    const named = async (values: object) =>
      (await hooks(values)).map((hook) => `${hook.kind} ${hook.metadata.name}: ${hookOf(hook)}`).toSorted();

    /** What the clean-up deletes. */
    const allLeftovers = async (certificates: object): Promise<string> => {
      const job = (await hooks({ certificates })).find(
        ({ kind, metadata }) => kind === "Job" && metadata.name === "guard-uninstall",
      );
      const words = valueAt(job, ["spec", "template", "spec", "containers", 0, "args"]) as readonly string[];
      return words.find((word) => word.startsWith("--leftovers="))?.slice("--leftovers=".length) ?? "";
    };

    const leftovers = async (certificates: object) => (await allLeftovers(certificates)).match(/secrets\/[^,]+/g) ?? [];

    test("are what their Jobs need, and with hooks switched off only the test", async () => {
      expect(await named({ hooks: { enabled: false } })).toEqual([
        "Pod guard-test: test",
        "Role guard-probe: test",
        "RoleBinding guard-probe: test",
        "ServiceAccount guard-probe: test",
      ]);
      const all = await named({});
      expect(all.filter((name) => name.startsWith("Job"))).toEqual([
        "Job guard-probe: post-install,post-upgrade",
        "Job guard-uninstall: pre-delete",
      ]);
      const withoutClass = await named({ hooks: { defaultClass: false } });
      expect(all.filter((name) => !withoutClass.includes(name))).toEqual([
        "ClusterRole guard-probe: post-install,post-upgrade,test",
        "ClusterRoleBinding guard-probe: post-install,post-upgrade,test",
      ]);
    });

    test("are absent from what GitOps applies with --no-hooks", async () => {
      expect((await rendered({}, ["--no-hooks"])).filter((object) => hookOf(object) !== undefined)).toEqual([]);
    });

    test("go when they have succeeded, in which case nothing of them is left but the test", async () => {
      const policies = new Map(
        (await hooks()).map(({ kind, metadata }) => [kind, metadata.annotations?.["helm.sh/hook-delete-policy"]]),
      );
      const { Pod, ...others } = Object.fromEntries(policies);
      expect(Pod).toBe("before-hook-creation");
      expect(new Set(Object.values(others))).toEqual(new Set(["before-hook-creation,hook-succeeded"]));
    });

    test("may change nothing by any other name than the installation's own", async () => {
      const roles = (await hooks()).filter(({ kind }) => kind.endsWith("Role"));
      const rules = roles.flatMap((role) => valueAt(role, ["rules"]) as readonly Rule[]);
      const unnamed = rules.filter(({ resourceNames }) => resourceNames === undefined);
      expect(unnamed.map(({ resources, verbs }) => `${verbs.join(",")} ${resources.join(",")}`).toSorted()).toEqual([
        "create aigatewayconfigs",
        "get,list,patch aigatewayconfigs,aigatewayclasses",
        "list pods",
        "list,create aigatewayclasses",
      ]);
      for (const { resourceNames = [] } of rules)
        expect(resourceNames.every((name) => /^guard\b/.test(name))).toBe(true);
    });

    test("delete no Secret that somebody else has brought", async () => {
      expect(await leftovers({})).toEqual(["secrets/guard-tls", "secrets/guard-ca"]);
      expect(await leftovers({ mode: "self-managed" })).toEqual(["secrets/guard-certificates"]);
      expect(await leftovers({ issuerRef: { name: "corporate" } })).toEqual(["secrets/guard-tls"]);
      expect(await leftovers({ mode: "existing", existingSecret: "corporate-tls" })).toEqual([]);
    });

    test("delete what docs/installing.md has people delete where hooks cannot run", async () => {
      const page = (await readFile(join(CHART, "../../docs/installing.md"), "utf8")).replaceAll("/gatehouse", "/guard");
      const whole = /--leftovers (\S+)/.exec(page)?.[1];
      const [always = ""] = whole?.split(",certificates/") ?? [];
      const inMode = (mode: string) => page.split("\n").find((line) => line.startsWith(`| \`${mode}\``));
      expect(await allLeftovers({})).toBe(whole);
      expect(await allLeftovers({ mode: "existing", existingSecret: "corporate-tls" })).toBe(always);
      for (const [row, certificates] of [
        ["cert-manager", { issuerRef: { name: "corporate" } }],
        ["self-managed", { mode: "self-managed" }],
      ] as const)
        expect(inMode(row)).toContain(`\`${(await allLeftovers(certificates)).slice(always.length + 1)}\``);
    });

    test("run as the restricted Pod Security Standard wants it, where the Service does not lead to them", async () => {
      await using namespace = await plane.createNamespace("restricted");
      const label = "pod-security.kubernetes.io/enforce=restricted";
      await plane.kubectl(["label", "namespace", namespace.name, label]);
      const all = await rendered();
      const selector = valueAt(
        all.find(({ kind }) => kind === "Service"),
        ["spec", "selector"],
      ) as object;
      const templates = all.flatMap((object) =>
        object.kind === "Job" ? [valueAt(object, ["spec", "template"])] : object.kind === "Pod" ? [object] : [],
      );
      expect(templates).toHaveLength(3);
      for (const template of templates) {
        expect(valueAt(template, ["metadata", "labels"])).not.toMatchObject(selector);
        const spec = { ...(valueAt(template, ["spec"]) as object), serviceAccountName: "default" };
        const body = { apiVersion: "v1", kind: "Pod", metadata: { name: "hook" }, spec };
        await poll("it is let in", async () => {
          const path = `/api/v1/namespaces/${namespace.name}/pods?dryRun=All`;
          return (await plane.request("POST", path, { body })).status === 201;
        });
      }
    });
  },
  { certManager: true },
);

interface Rule {
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** When Helm runs it. */
function hookOf({ metadata }: Manifest): string | undefined {
  return metadata.annotations?.["helm.sh/hook"];
}
