import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { valueAt } from "#api/field-path.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { renderChart } from "../support/gatehouse/chart.ts";
import { builtProgram, promtool } from "../support/promtool/promtool.ts";

/** What Prometheus is shown over time, and which alerts fire when: a file an alert, as promtool reads them. */
const CASES = join(import.meta.dirname, "../fixtures/alerts");
const VALUES = { "monitoring.alerts.enabled": "true", "certificates.mode": "self-managed" };

const files = await readdir(CASES);

interface CaseFile {
  readonly tests: readonly {
    readonly alert_rule_test?: readonly { readonly alertname: string; readonly exp_alerts: readonly object[] }[];
  }[];
}

describeOnControlPlane(
  "alerts",
  (plane) => {
    let directory: string;
    let alerts: readonly string[];

    beforeAll(async () => {
      await builtProgram();
      const objects = await renderChart(plane, { name: "gatehouse", namespace: "gatehouse-system", values: VALUES });
      const rules = objects.find(({ kind }) => kind === "PrometheusRule");
      alerts = (valueAt(rules, ["spec", "groups", 0, "rules"]) as { alert: string }[]).map(({ alert }) => alert);
      directory = await mkdtemp(join(tmpdir(), "gatehouse-alerts-"));
      await cp(CASES, directory, { recursive: true });
      await writeFile(join(directory, "rules.yaml"), JSON.stringify(valueAt(rules, ["spec"])));
    }, 900_000); // the first run builds promtool
    afterAll(() => rm(directory, { recursive: true }));

    test.each(files)("fire and are silent as %s says", async (file) => {
      expect(await promtool(["test", "rules", join(directory, file)])).toContain("SUCCESS");
    });

    test("have each a file in which it fires, and before that does not", async () => {
      expect(files.toSorted()).toEqual([...alerts.map((alert) => `${alert}.yaml`), "healthy.yaml"].toSorted());
      for (const alert of alerts) {
        const { tests } = parse(await readFile(join(CASES, `${alert}.yaml`), "utf8")) as CaseFile;
        const asked = tests.flatMap(({ alert_rule_test = [] }) => alert_rule_test);
        const counts = asked.filter(({ alertname }) => alertname === alert).map(({ exp_alerts }) => exp_alerts.length);
        expect({ alert, counts: counts.slice(0, 2) }).toEqual({ alert, counts: [0, 1] });
      }
    });
  },
  { certManager: true },
);
