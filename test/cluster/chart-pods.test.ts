import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { valueAt } from "#api/field-path.ts";
import { CHART } from "../support/chart-values/documented-values.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { type Manifest, parseManifests } from "../support/gatehouse/chart.ts";
import { installCustomResourceDefinitions } from "../support/gatehouse/install.ts";

const DIGEST = `sha256:${"0".repeat(64)}`;

/** Every value about Pods, otherwise than by default. */
const PODS = {
  replicas: 3,
  image: { repository: "registry.example.com/gatehouse", tag: "1.2.3", pullPolicy: "Always" },
  imagePullSecrets: [{ name: "registry" }],
  logLevel: "debug",
  nodeSelector: { "kubernetes.io/os": "linux" },
  tolerations: [{ key: "dedicated", operator: "Equal", value: "platform", effect: "NoSchedule" }],
  affinity: {
    nodeAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, preference: { matchExpressions: [{ key: "zone", operator: "In", values: ["a"] }] } },
      ],
    },
  },
  priorityClassName: "system-cluster-critical",
  podLabels: { team: "platform", "app.kubernetes.io/name": "another" },
  podAnnotations: { "example.com/scanned": "true" },
  hostNetwork: true,
  ports: { https: 10_443, plain: 10_080 },
  extraArgs: ["--model-data=/etc/model-data/models.json"],
  extraEnv: [{ name: "NODE_OPTIONS", value: "--max-old-space-size=400" }],
  extraVolumes: [{ name: "model-data", configMap: { name: "model-data" } }],
  extraVolumeMounts: [{ name: "model-data", mountPath: "/etc/model-data", readOnly: true }],
} as const;

const NETWORK = {
  secretNamespaces: ["default"],
  networkPolicy: {
    enabled: true,
    apiServerCIDRs: ["10.0.0.0/28", "fd00::/64"],
    monitoringNamespaces: ["monitoring"],
    egress: [{ to: [{ ipBlock: { cidr: "192.0.2.0/24" } }], ports: [{ port: 2019, protocol: "TCP" }] }],
  },
  monitoring: { dashboard: { enabled: true } },
};

describeOnControlPlane(
  "the Pods of the chart",
  (plane) => {
    const output = async (values: object): Promise<string> => {
      const words = ["template", "gatehouse", CHART, `--namespace=${plane.namespace}`, "--values=-"];
      return (await plane.helm?.(words, { input: JSON.stringify(values) }))?.stdout ?? "";
    };

    const render = async (values: object) => parseManifests(await output(values));

    /** Those of hooks, too. */
    const renderAll = async (values: object) =>
      parseAllDocuments(await output(values)).map((document) => document.toJS() as Manifest);

    const deployment = async (values: object) => (await render(values)).find(({ kind }) => kind === "Deployment");

    const strategy = async (values: object) => valueAt(await deployment(values), ["spec", "strategy"]);

    const podSpec = async (values: object) => valueAt(await deployment(values), ["spec", "template", "spec"]);

    const image = async (values: object) => valueAt(await podSpec({ image: values }), ["containers", 0, "image"]);

    const kinds = async (values: object) => (await render(values)).map(({ kind }) => kind);

    const policies = async (values: object) => (await render(values)).filter(({ kind }) => kind === "NetworkPolicy");

    test("are as the values say, beside what the chart holds to", async () => {
      const template = valueAt(await deployment(PODS), ["spec", "template"]);
      expect(template).toMatchObject({
        metadata: {
          labels: { team: "platform", "app.kubernetes.io/name": "gatehouse" },
          annotations: PODS.podAnnotations,
        },
        spec: {
          imagePullSecrets: PODS.imagePullSecrets,
          nodeSelector: PODS.nodeSelector,
          tolerations: PODS.tolerations,
          affinity: PODS.affinity,
          priorityClassName: PODS.priorityClassName,
          hostNetwork: true,
          dnsPolicy: "ClusterFirstWithHostNet",
        },
      });
      expect(valueAt(template, ["spec", "volumes"])).toContainEqual(PODS.extraVolumes[0]);
      const container = valueAt(template, ["spec", "containers", 0]);
      expect(container).toMatchObject({ image: "registry.example.com/gatehouse:1.2.3", imagePullPolicy: "Always" });
      const options = ["--port=10443", "--plain-port=10080", "--log-level=debug", ...PODS.extraArgs];
      expect(valueAt(container, ["args"])).toEqual(expect.arrayContaining(options));
      expect(valueAt(container, ["env"])).toContainEqual(PODS.extraEnv[0]);
      expect(valueAt(container, ["volumeMounts"])).toContainEqual(PODS.extraVolumeMounts[0]);
      expect(valueAt(container, ["ports"])).toMatchObject([{ containerPort: 10_443 }, { containerPort: 10_080 }]);
    });

    test.each([
      ["by default", {}],
      ["with every value about Pods", PODS],
      ["with a number of Pods that others say", { ...PODS, replicas: null }],
      ["with a NetworkPolicy and a dashboard", NETWORK],
    ])("and all objects beside them are what the API server knows, %s", async (_which, values) => {
      await installCustomResourceDefinitions(plane);
      const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: await render(values) });
      const words = ["apply", "--server-side", "--dry-run=server", "--validate=strict", "--filename=-"];
      expect((await plane.kubectl(words, { input })).stdout).toContain("deployment.apps/gatehouse");
    });

    test("are spread over zones and nodes, and need neither", async () => {
      const constraints = valueAt(await podSpec({}), ["topologySpreadConstraints"]);
      expect(constraints).toMatchObject([
        { topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway" },
        { topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway" },
      ]);
    });

    test("are as many as others say where their number is left to them", async () => {
      expect(valueAt(await deployment({}), ["spec", "replicas"])).toBe(2);
      expect(valueAt(await deployment({ replicas: 0 }), ["spec", "replicas"])).toBe(0);
      expect(valueAt(await deployment({ replicas: null }), ["spec"])).not.toHaveProperty("replicas");
    });

    test("are replaced one after the other where each has the ports of a node, and else before they end", async () => {
      expect(await strategy({})).toEqual({ rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
      expect(await strategy({ hostNetwork: true })).toEqual({ rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } });
    });

    test("are pulled by digest where there is one, and else by the tag or the chart's version", async () => {
      expect(await image({})).toBe("gatehouse:0.1.0");
      expect(await image({ tag: "main" })).toBe("gatehouse:main");
      expect(await image({ tag: "main", digest: DIGEST })).toBe(`gatehouse@${DIGEST}`);
    });

    test("are reached and reach others as a NetworkPolicy says, by the ports that they have", async () => {
      expect(await policies({})).toEqual([]);
      const [policy] = await policies(NETWORK);
      const blocks = NETWORK.networkPolicy.apiServerCIDRs.map((cidr) => ({ ipBlock: { cidr } }));
      expect(valueAt(policy, ["spec", "ingress"])).toEqual([
        { ports: [{ port: "https", protocol: "TCP" }], from: blocks },
        { ports: [{ port: "plain", protocol: "TCP" }], from: [ofNamespace("monitoring")] },
      ]);
      expect(valueAt(policy, ["spec", "egress"])).toEqual([
        { ports: [53, 53].map((port, index) => ({ port, protocol: ["UDP", "TCP"][index] })) },
        { ports: [443, 6443].map((port) => ({ port, protocol: "TCP" })), to: blocks },
        { to: [ofNamespace("default")] },
        ...NETWORK.networkPolicy.egress,
      ]);
      const anywhere = await policies({ networkPolicy: { enabled: true } });
      expect(valueAt(anywhere[0], ["spec", "ingress"])).toEqual([{ ports: [{ port: "https", protocol: "TCP" }] }]);
    });

    test("and those of hooks reach the API server and DNS alone, and nobody reaches them", async () => {
      const [servers, hooks] = (await policies(NETWORK)).map((policy) => valueAt(policy, ["spec"]));
      const pod = (await renderAll(NETWORK)).find(({ kind }) => kind === "Pod");
      expect(valueAt(pod, ["metadata", "labels"])).toEqual(valueAt(hooks, ["podSelector", "matchLabels"]));
      const [names, apiServer] = valueAt(servers, ["egress"]) as readonly object[];
      expect(hooks).toMatchObject({ policyTypes: ["Ingress", "Egress"], egress: [names, apiServer] });
      expect(hooks).not.toHaveProperty("ingress");
    });

    test("have a disruption budget when there are several, and a quota where their priority wants one", async () => {
      expect(await kinds({ replicas: 2 })).toContain("PodDisruptionBudget");
      expect(await kinds({ replicas: null })).toContain("PodDisruptionBudget");
      expect(await kinds({ replicas: 1 })).not.toContain("PodDisruptionBudget");
      expect(await kinds({ priorityClassName: "high" })).not.toContain("ResourceQuota");
      expect(await kinds({ priorityClassName: "system-cluster-critical" })).toContain("ResourceQuota");
    });

    test.each([
      ["kube-system", {}, "must not be installed in kube-system"],
      ["kube-public", {}, "must not be installed in kube-public"],
      ["guard", { ports: { https: 8080 } }, "ports.https and ports.plain must differ; both are 8080"],
      ["guard", { ...NETWORK, hostNetwork: true }, "networkPolicy.enabled must be false with hostNetwork"],
    ])("are refused in %s with %o", async (namespace, values, message) => {
      const words = ["template", "gatehouse", CHART, `--namespace=${namespace}`, "--values=-"];
      const result = await plane.helm?.(words, { input: JSON.stringify(values), expect: 1 });
      expect(result?.stderr).toContain(message);
    });
  },
  { certManager: true },
);

/** A peer of a NetworkPolicy. */
function ofNamespace(name: string): object {
  const matchExpressions = [{ key: "kubernetes.io/metadata.name", operator: "In", values: [name] }];
  return { namespaceSelector: { matchExpressions } };
}
