import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ControlPlaneClient } from "../control-plane/client.ts";

/** Who a process is to the API server. */
export interface Identity extends AsyncDisposable {
  readonly kubeconfig: string;
}

/** Writes a kubeconfig with a token of a service account. */
export async function identityOf(plane: ControlPlaneClient, namespace: string, name: string): Promise<Identity> {
  const token = await tokenOf(plane, namespace, name);
  const directory = await mkdtemp(join(tmpdir(), "gatehouse-account-"));
  const kubeconfig = join(directory, "kubeconfig");
  await writeFile(kubeconfig, kubeconfigOf(plane, token), { mode: 0o600 });
  return { kubeconfig, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) };
}

/** Seconds: a day, as long as somebody may play with `npm run cluster`. */
const TOKEN_SECONDS = 86_400;

async function tokenOf({ request }: ControlPlaneClient, namespace: string, name: string): Promise<string> {
  const wanted = { kind: "TokenRequest", spec: { expirationSeconds: TOKEN_SECONDS } };
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const { status, body } = await request("POST", path, { body: wanted });
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${JSON.stringify(body)}`);
  return (body as { status: { token: string } }).status.token;
}

function kubeconfigOf({ server, certificateAuthority }: ControlPlaneClient, token: string): string {
  const name = "gatehouse";
  const authority = Buffer.from(certificateAuthority).toString("base64");
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": authority } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}
