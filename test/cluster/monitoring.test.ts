import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { API_VERSION } from "#api/kind.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { type Manifest, renderChart } from "../support/gatehouse/chart.ts";
import { ControllerScene } from "../support/gatehouse/controller-scene.ts";
import { installCustomResourceDefinitions, installGatehouse } from "../support/gatehouse/install.ts";
import { type Exposition, readExposition } from "../support/promql/exposition.ts";
import { unknownIn } from "../support/promql/unknown-in.ts";

const NAME = "monitored";
const MONITORING = {
  "monitoring.serviceMonitor.enabled": "true",
  "monitoring.alerts.enabled": "true",
  "monitoring.dashboard.enabled": "true",
  "monitoring.labels.release": "prometheus",
};

/** What shows all metrics that there are. */
const EVERYTHING = { "certificates.mode": "self-managed" };

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<string, string>>;
}

describeOnControlPlane(
  "what is monitored",
  (plane) => {
    const stack = new AsyncDisposableStack();
    /** By Gatehouse, and by the API server about it. */
    let shown: Exposition;
    let ownFamilies: readonly string[];

    const render = (values: Readonly<Record<string, string>> = {}) =>
      renderChart(plane, { name: NAME, namespace: "guard", values: { ...MONITORING, ...EVERYTHING, ...values } });
    const ofKind = async (kind: string, values: Readonly<Record<string, string>> = {}) =>
      (await render(values)).filter((object) => object.kind === kind);
    const alerts = async (values: Readonly<Record<string, string>> = {}): Promise<readonly Alert[]> =>
      (await ofKind("PrometheusRule", values)).flatMap(
        (object) => valueAt(object, ["spec", "groups", 0, "rules"]) as readonly Alert[],
      );
    const dashboard = async (): Promise<unknown> => {
      const [object] = (await ofKind("ConfigMap")).filter(({ metadata }) => metadata.name === `${NAME}-dashboard`);
      return JSON.parse(String(valueAt(object, ["data", `${NAME}.json`])));
    };

    beforeAll(async () => {
      await installCustomResourceDefinitions(plane);
      const scene = new ControllerScene(plane);
      await scene.put(object("AIGatewayClass", { adapter: "json" }));
      for (const kind of ["AIGatewayClass", "AIGatewayPolicy", "ApprovedModel"])
        stack.defer(() => scene.remove(kind, NAME)); // when nobody is there any more to ask who uses them
      const values = { ...EVERYTHING, "secretNamespaces[0]": plane.namespace };
      const gatehouse = stack.use(await installGatehouse(plane, { name: NAME, values }));
      await scene.put(object("AIGatewayPolicy", { mode: "Audit", rateLimits: { max: { burst: 1 } } }));
      const lifecycle = { state: "Approved", approvedBy: "us", ticket: "T-1", expiresAt: "2999-01-01T00:00:00Z" };
      await scene.put(object("ApprovedModel", { provider: "openai", models: ["monitored-gpt"], lifecycle }));
      await scene.put(gateway(plane.namespace));
      await scene.kubectl("wait", "--for=condition=Programmed", "aigw/monitored", "--timeout=30s");
      const scraped = await poll("every series is there", async () => {
        const text = await (await fetch(`${(await gatehouse.deployment.pod()).plain}/metrics`)).text();
        const isWhole = ["gatehouse_violations{", "gatehouse_delivery_seconds_count{", "gatehouse_approval_expiry"];
        return isWhole.every((beginning) => text.includes(`\n${beginning}`)) && text;
      });
      ownFamilies = readExposition(scraped).families;
      await gatehouse.deployment.stop(); // so that the API server has something to say
      await scene.put(object("AIGatewayPolicy", { mode: "Audit" }));
      await scene.put(gateway(plane.namespace, "/again")).catch(() => undefined); // the metrics say how it went
      const { stdout } = await plane.kubectl(["get", "--raw", "/metrics"]);
      shown = readExposition(`${scraped}\n${stdout}`);
    }, 120_000);

    afterAll(() => stack.disposeAsync());

    test("every alert reads what is shown, under a heading of docs/monitoring.md", async () => {
      const all = await alerts();
      expect(all.length).toBeGreaterThan(10);
      const faults = all.map(({ alert, expr }) => [alert, unknownIn(expr, shown)]);
      expect(faults.filter(([, unknown]) => unknown?.length)).toEqual([]);
      const document = await monitoringDocument();
      const headings = [...document.matchAll(/^### (\w+)$/gm)].map(([, heading]) => heading);
      expect(all.map(({ alert }) => alert)).toEqual(headings);
    });

    test("every panel of the dashboard reads what is shown", async () => {
      const panels = valueAt(await dashboard(), ["panels"]) as readonly {
        title: string;
        targets: { expr: string }[];
      }[];
      expect(panels.length).toBeGreaterThan(10);
      const faults = panels.flatMap(({ title, targets }) =>
        targets.map(({ expr }) => [title, ...unknownIn(expr.replaceAll("$__rate_interval", "5m"), shown)]),
      );
      expect(faults.filter(({ length }) => length > 1)).toEqual([]);
    });

    test("every metric that Gatehouse shows is in docs/monitoring.md, and no other", async () => {
      const document = await monitoringDocument();
      const tables = document.slice(document.indexOf("## Metrics"));
      const documented = [...tables.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = ""]) =>
        [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name),
      );
      expect(documented.toSorted()).toEqual(ownFamilies.toSorted());
    });

    test("alerts say what is wrong, how much it matters and where to read on", async () => {
      for (const { alert, labels, annotations } of await alerts({
        "monitoring.alerts.runbooks": "https://r.example.com/m",
      })) {
        expect(["info", "warning", "critical"]).toContain(labels.severity);
        expect(annotations["summary"]).toMatch(/\.$/);
        expect(annotations["description"]).toMatch(/\.$/);
        expect(annotations["runbook_url"]).toBe(`https://r.example.com/m#${alert.toLowerCase()}`);
      }
    });

    const names = async (values: Readonly<Record<string, string>>) => (await alerts(values)).map(({ alert }) => alert);

    describe("values", () => {
      test("fill in job, lease and days, and no placeholder is left", async () => {
        const text = JSON.stringify(await alerts({ "monitoring.job": "mine", "monitoring.alerts.approvalDays": "30" }));
        expect(text).toContain(String.raw`{job=\"mine\", name=\"monitored\"}`);
        expect(text).toContain("< 30 * 86400");
        expect(text).not.toMatch(/JOB|LEASE|_DAYS/);
      });

      test("leave alerts out by name, and those about a controller where there is none", async () => {
        const without = await names({
          "monitoring.alerts.disabled[0]": "GatehouseDown",
          "controller.enabled": "false",
        });
        const gone = (await names({})).filter((name) => !without.includes(name));
        expect(gone).toEqual([
          "GatehouseDown",
          "GatehouseNoLeader",
          "GatehouseReconcilesFail",
          "GatehouseCleanUpFails",
        ]);
        expect(await names({ "certificates.mode": "cert-manager" })).not.toContain("GatehouseRenewalFails");
      });

      test("make none of it by default", async () => {
        const plain = await renderChart(plane, { name: NAME, namespace: "guard", values: {} });
        const kinds = plain.map(({ kind }) => kind);
        for (const kind of ["ServiceMonitor", "PrometheusRule", "NetworkPolicy"]) expect(kinds).not.toContain(kind);
        expect(plain.map(({ metadata }) => metadata.name)).not.toContain(`${NAME}-metrics`);
      });
    });

    test("the ServiceMonitor selects its own Service alone, whose port the Pods have", async () => {
      const services = await ofKind("Service");
      const [monitor] = await ofKind("ServiceMonitor");
      const wanted = Object.entries(valueAt(monitor, ["spec", "selector", "matchLabels"]) as Record<string, string>);
      const selected = services.filter(({ metadata }) =>
        wanted.every(([label, value]) => (metadata as Labelled).labels?.[label] === value),
      );
      expect(selected.map(({ metadata }) => metadata.name)).toEqual([`${NAME}-metrics`]);
      expect(valueAt(monitor, ["spec", "endpoints", 0, "port"])).toBe(
        valueAt(selected[0], ["spec", "ports", 0, "name"]),
      );
      expect(valueAt(selected[0], ["spec", "ports", 0, "targetPort"])).toBe("plain");
      expect(valueAt(monitor, ["metadata", "labels", "release"])).toBe("prometheus");
    });
  },
  { certManager: true },
);

type Labelled = Manifest["metadata"] & { readonly labels?: Readonly<Record<string, string>> };

function monitoringDocument(): Promise<string> {
  return readFile(join(import.meta.dirname, "../../docs/monitoring.md"), "utf8");
}

function object(kind: string, spec: object, name = NAME, namespace?: string): object {
  return { apiVersion: API_VERSION, kind, metadata: { name, ...(namespace && { namespace }) }, spec };
}

/** One that a policy of the suite has something against. */
function gateway(namespace: string, path = "/chat"): object {
  const rateLimits = { requestsPerMinute: 60, burst: 10 };
  const models = [{ name: "monitored-gpt", provider: "openai", endpoint: "https://api.openai.com/v1", rateLimits }];
  const routes = [{ path, targetModel: "monitored-gpt" }];
  return object("AIGatewayConfig", { gatewayClassName: NAME, models, routes }, NAME, namespace);
}
