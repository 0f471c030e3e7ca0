import { afterAll, beforeAll, expect, test } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { CHART } from "../support/chart-values/documented-values.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { applyManifests, renderChart } from "../support/gatehouse/chart.ts";

/** The release, so that the suite's objects are not those of another. */
const RELEASE = "noted";

describeOnControlPlane(
  "the notes of the chart",
  (plane) => {
    let stack: AsyncDisposableStack;

    beforeAll(async () => {
      stack = new AsyncDisposableStack();
      const manifests = await renderChart(plane, { name: RELEASE, namespace: plane.namespace, values: {} });
      const webhooks = manifests.filter(({ kind }) => kind.endsWith("WebhookConfiguration"));
      stack.use(await applyManifests(plane, webhooks));
    });

    afterAll(() => stack.disposeAsync());

    const notes = async (...more: readonly string[]): Promise<string> => {
      const words = ["install", RELEASE, CHART, `--namespace=${plane.namespace}`, "--dry-run=client"];
      return (await plane.helm?.([...words, ...more]))?.stdout.split("\nNOTES:\n")[1] ?? "";
    };

    /** The words of the notes' line that begins so. */
    const command = async (beginning: string): Promise<readonly string[]> => {
      const lines = (await notes()).split("\n").map((line) => line.trim());
      const found = lines.find((line) => line.startsWith(`kubectl ${beginning}`));
      return (found ?? "")
        .split(" ")
        .slice(1)
        .map((word) => word.replaceAll("'", ""));
    };

    const failurePolicies = async () => {
      const path = `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${RELEASE}`;
      const { status, body } = await plane.request("GET", path);
      if (status === 404) return [];
      const webhooks = valueAt(body, ["webhooks"]) as readonly { readonly failurePolicy: string }[];
      return webhooks.map(({ failurePolicy }) => failurePolicy);
    };

    test("say what to set before anything is delivered, and where it is", async () => {
      expect(await notes()).toContain("--set 'secretNamespaces={TEAM}'");
      expect(await notes("--set=secretNamespaces[0]=search")).toContain("delivers to the gateways of search");
      expect(await notes("--set=controller.enabled=false")).toContain("It only judges");
      expect(await notes()).toContain("docs/operations.md");
    });

    test("have commands for an emergency, which do what they say", async () => {
      expect(await failurePolicies()).toEqual(["Fail", "Ignore", "Ignore"]);
      await plane.kubectl(await command("patch validatingwebhookconfiguration"));
      expect(await failurePolicies()).toEqual(["Ignore", "Ignore", "Ignore"]);
      await plane.kubectl(await command("delete validatingwebhookconfiguration,"));
      expect(await failurePolicies()).toEqual([]);
    });
  },
  { certManager: true },
);
