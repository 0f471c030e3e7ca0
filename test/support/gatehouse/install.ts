import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeCertificateDirectory } from "../certificate-directory.ts";
import { createCertificateAuthority } from "../certificates.ts";
import type { ControlPlaneClient } from "../control-plane/client.ts";
import { poll } from "../control-plane/poll.ts";
import { type GatehouseProcess, startGatehouse } from "./process.ts";
import { installServiceAccount } from "./service-account.ts";
import { webhookConfigurations } from "./webhook-configurations.ts";

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

/** Gatehouse, called by the API server through a Service at its cluster address. */
export interface InstalledGatehouse extends AsyncDisposable {
  readonly process: GatehouseProcess;
}

/**
 * Starts Gatehouse on the cluster address of a Service, with a certificate for the
 * Service's name, and registers its webhooks. Policies come from the cluster, as
 * whom a service account of its own may read them, or from the folder `objects`.
 * Disposing takes the webhooks away first.
 */
export async function installGatehouse(plane: ControlPlaneClient, objects?: string): Promise<InstalledGatehouse> {
  await using stack = new AsyncDisposableStack();
  const namespace = stack.use(await plane.createNamespace("gatehouse-system")).name;
  const address = await createService(plane, namespace);
  const authority = await createCertificateAuthority("gatehouse test authority");
  const certificateDirectory = await mkdtemp(join(tmpdir(), "gatehouse-certificate-"));
  stack.defer(() => rm(certificateDirectory, { recursive: true }));
  const pair = await authority.issueServer({ names: [`gatehouse.${namespace}.svc`] });
  await writeCertificateDirectory(certificateDirectory, pair, authority.certificate);
  const account = objects === undefined ? stack.use(await installServiceAccount(plane, namespace)) : undefined;
  await account?.grant();
  const process = stack.use(
    await startGatehouse([
      ["--certificate-directory", certificateDirectory],
      account ? ["--kubeconfig", account.kubeconfig] : ["--objects", objects ?? ""],
      ["--bind-address", address],
      ["--port", String(WEBHOOK_PORT)],
      ["--plain-bind-address", address],
    ]),
  );
  const service = { namespace, name: "gatehouse", port: WEBHOOK_PORT, certificateAuthority: authority.certificate };
  stack.defer(async () => {
    await plane.kubectl(["delete", "mutatingwebhookconfiguration,validatingwebhookconfiguration", "gatehouse"]);
  });
  const configurations = { apiVersion: "v1", kind: "List", items: webhookConfigurations(service) };
  await plane.kubectl(["apply", "--server-side", "-f", "-"], { input: JSON.stringify(configurations) });
  await untilCalled(plane, namespace);
  const installed = stack.move();
  return { process, [Symbol.asyncDispose]: () => installed.disposeAsync() };
}

async function createService(plane: ControlPlaneClient, namespace: string): Promise<string> {
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "gatehouse" },
    spec: { ports: [{ name: "https", port: WEBHOOK_PORT }] },
  };
  const { status, body } = await plane.request("POST", `/api/v1/namespaces/${namespace}/services`, { body: service });
  if (status !== 201) throw new Error(`no Service: ${status} ${JSON.stringify(body)}`);
  return (body as { spec: { clusterIP: string } }).spec.clusterIP;
}

/** The API server learns of webhook configurations a moment after it stored them. */
async function untilCalled(plane: ControlPlaneClient, namespace: string): Promise<void> {
  const probe = {
    apiVersion: "gateway.example.com/v1",
    kind: "AIGatewayConfig",
    metadata: { name: "probe", namespace },
    spec: { models: [{ name: "probe", endpoint: "https://127.0.0.1" }], routes: [] },
  };
  const path = `/apis/gateway.example.com/v1/namespaces/${namespace}/aigatewayconfigs?dryRun=All`;
  await poll(
    "the webhooks are called",
    async () => (await plane.request("POST", path, { body: probe })).status === 422,
  );
}
