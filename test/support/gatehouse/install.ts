import { join } from "node:path";
import type { ControlPlaneClient } from "../control-plane/client.ts";
import { poll } from "../control-plane/poll.ts";
import type { Images } from "../process-node/image.ts";
import { type ProcessNode, startProcessNode } from "../process-node/process-node.ts";
import { applyManifests, type Manifest, renderChart } from "./chart.ts";
import { GatehouseDeployment } from "./deployment.ts";
import { gatehouseImage } from "./image.ts";

const ROOT = join(import.meta.dirname, "../../..");
const CRDS = ["--filename", join(ROOT, "charts/webhook/templates/crds.yaml")];

/** Above 1024, so that no right is needed to listen on it. */
const WEBHOOK_PORT = 8443;

/** Applies the CRDs of the chart and waits until they are served. Returns what kubectl said, warnings included. */
export async function installCustomResourceDefinitions({ kubectl }: ControlPlaneClient): Promise<string> {
  const { stdout, stderr } = await kubectl(["apply", "--server-side", ...CRDS]);
  await kubectl(["wait", "--for=condition=Established", "--timeout=30s", ...CRDS]);
  return `${stdout}${stderr}`;
}

/** What may be otherwise than by default. */
export interface InstallOptions {
  /** Of the release, and so of its objects; `gatehouse`, unless there is to be another. */
  readonly name?: string;
  /** Values of the chart, as for helm's `--set`. */
  readonly values?: Readonly<Record<string, string>>;
  /** One, so that what one Pod knows all know. */
  readonly replicas?: number;
  /** A folder that policies come from, instead of the cluster. */
  readonly objects?: string | undefined;
  /** What else Pods may run on the node, such as gateways. */
  readonly images?: Images;
  /** Another installation, on whose node this one's Pods run, too: a plane has one. */
  readonly beside?: InstalledGatehouse;
}

/** Gatehouse, called by the API server through a Service at its cluster address. */
export interface InstalledGatehouse extends AsyncDisposable {
  /** Where the objects of the chart are. */
  readonly namespace: string;
  readonly deployment: GatehouseDeployment;
  readonly node: ProcessNode;
}

/**
 * Installs the chart as Helm renders it, on a process node: with the certificate
 * that cert-manager issues and renews, and the rights of the chart's service
 * account. Disposing uninstalls.
 */
export async function installGatehouse(
  plane: ControlPlaneClient,
  { name = "gatehouse", replicas = 1, objects, values: more = {}, images = {}, beside }: InstallOptions = {},
): Promise<InstalledGatehouse> {
  await using stack = new AsyncDisposableStack();
  const namespace = stack.use(await plane.createNamespace("gatehouse-system")).name;
  const controller = objects === undefined ? {} : { "controller.enabled": "false" }; // it needs a cluster to read from
  const values = {
    "service.port": WEBHOOK_PORT,
    "image.repository": IMAGE,
    "image.tag": "here",
    replicas,
    ...controller,
    ...more,
  };
  const manifests = await renderChart(plane, { name, namespace, values });
  const differences = [SHUTDOWN_DELAY, ...(objects === undefined ? [] : [`--objects=${objects}`])];
  stack.use(await applyManifests(plane, withArguments(manifests, differences)));
  const image = gatehouseImage(objects === undefined ? [] : [objects]);
  const node = beside?.node ?? stack.use(await startProcessNode(plane, { ...images, [`${IMAGE}:here`]: image }));
  const deployment = new GatehouseDeployment({ plane, node, namespace, name, replicas });
  try {
    await deployment.start();
    await untilCalled(plane, namespace);
  } catch (error) {
    throw new Error(`Gatehouse did not start:\n${await node.logs.ends()}`, { cause: error });
  }
  const installed = stack.move();
  return { namespace, deployment, node, [Symbol.asyncDispose]: () => installed.disposeAsync() };
}

const IMAGE = "gatehouse";

/** In a cluster several parties, one after the other, take an endpoint back; here one does, at once. */
const SHUTDOWN_DELAY = "--shutdown-delay=2";

/** The manifests with more arguments for the Deployment's container. */
function withArguments(manifests: readonly Manifest[], more: readonly string[]): readonly Manifest[] {
  const changed = structuredClone(manifests) as (Manifest & { readonly spec: DeploymentSpec })[];
  for (const { kind, spec } of changed) {
    if (kind === "Deployment") for (const { args } of spec.template.spec.containers) args.push(...more);
  }
  return changed;
}

interface DeploymentSpec {
  readonly template: { readonly spec: { readonly containers: readonly { readonly args: string[] }[] } };
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
