import { join } from "node:path";
import type { ControlPlaneClient } from "../control-plane/client.ts";
import { poll } from "../control-plane/poll.ts";
import { applyManifests, renderChart } from "./chart.ts";
import { Deployment } from "./deployment.ts";
import { mountSecret } from "./mounted-secret.ts";
import { identityOf } from "./service-account.ts";
import { ServiceForwarder } from "./service-forwarder.ts";

const ROOT = join(import.meta.dirname, "../../..");
const CRDS = ["--filename", join(ROOT, "charts/webhook/templates/crds.yaml")];

/** Name of the release, and so of its objects. */
const NAME = "gatehouse";

/** Above 1024, so that no right is needed to listen on it. */
const WEBHOOK_PORT = 8443;

/** Applies the CRDs of the chart and waits until they are served. Returns what kubectl said, warnings included. */
export async function installCustomResourceDefinitions({ kubectl }: ControlPlaneClient): Promise<string> {
  const { stdout, stderr } = await kubectl(["apply", "--server-side", ...CRDS]);
  await kubectl(["wait", "--for=condition=Established", "--timeout=30s", ...CRDS]);
  return `${stdout}${stderr}`;
}

/** Gatehouse, called by the API server through a Service at its cluster address. */
export interface InstalledGatehouse extends AsyncDisposable {
  /** Where the objects of the chart are. */
  readonly namespace: string;
  readonly deployment: Deployment;
}

/**
 * Installs the chart, with a process in the place of its Pods: behind the
 * Service's address, with the certificate that cert-manager issues and renews.
 * Policies come from the cluster, as whom the chart's service account may read
 * them, or from the folder `objects`. Disposing uninstalls.
 */
export async function installGatehouse(plane: ControlPlaneClient, objects?: string): Promise<InstalledGatehouse> {
  await using stack = new AsyncDisposableStack();
  const namespace = stack.use(await plane.createNamespace("gatehouse-system")).name;
  const release = { name: NAME, namespace, values: { "service.port": WEBHOOK_PORT } };
  stack.use(await applyManifests(plane, await renderChart(plane, release)));
  const identity = stack.use(await identityOf(plane, namespace, NAME));
  const certificate = stack.use(await mountSecret(plane, namespace, `${NAME}-tls`));
  const service = stack.use(new ServiceForwarder(await serviceAddress(plane, namespace), WEBHOOK_PORT));
  const facts = objects === undefined ? ["--kubeconfig", identity.kubeconfig] : ["--objects", objects];
  const deployment = stack.use(new Deployment([["--certificate-directory", certificate.directory], facts], service));
  await deployment.start();
  await untilCalled(plane, namespace);
  const installed = stack.move();
  return { namespace, deployment, [Symbol.asyncDispose]: () => installed.disposeAsync() };
}

async function serviceAddress({ request }: ControlPlaneClient, namespace: string): Promise<string> {
  const { status, body } = await request("GET", `/api/v1/namespaces/${namespace}/services/${NAME}`);
  if (status !== 200) throw new Error(`no Service: ${status} ${JSON.stringify(body)}`);
  return (body as { spec: { clusterIP: string } }).spec.clusterIP;
}

/** cert-manager writes its authority into the webhook configurations, and the API server learns of it, a moment later. */
async function untilCalled({ request }: ControlPlaneClient, namespace: string): Promise<void> {
  const path = `/apis/gateway.example.com/v1/namespaces/${namespace}/aigatewayconfigs?dryRun=All`;
  const answers = async (endpoint: unknown, denial: string) => {
    const spec = { models: [{ name: "probe", endpoint }], routes: [] };
    const probe = { apiVersion: "gateway.example.com/v1", kind: "AIGatewayConfig", metadata: { name: "probe" }, spec };
    const { body } = await request("POST", path, { body: probe });
    return JSON.stringify(body).includes(denial);
  };
  await poll("/mutate is called", () => answers(42, "(schema)"));
  await poll("/validate is called", () => answers("https://127.0.0.1", "(forbidden-endpoint)"));
}
