import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GROUP } from "#api/kind.ts";
import type { ControlPlaneClient } from "../control-plane/client.ts";

/** Who Gatehouse is to the API server. Disposing takes its rights away. */
export interface InstalledServiceAccount extends AsyncDisposable {
  readonly kubeconfig: string;
  /** Gives it the rights that Gatehouse needs, and no others; before, it may read nothing. */
  grant(): Promise<void>;
}

/** All that `gatehouse serve` may do: to read what verdicts rest on. The chart will grant as much. */
const RULES = [
  { apiGroups: [GROUP], resources: ["aigatewayclasses", "approvedmodels", "aigatewaypolicies", "aigatewayconfigs"] },
  { apiGroups: [""], resources: ["namespaces"] },
].map((rule) => ({ ...rule, verbs: ["get", "list", "watch"] }));

/** Makes a service account, and a kubeconfig with its token. */
export async function installServiceAccount(
  plane: ControlPlaneClient,
  namespace: string,
): Promise<InstalledServiceAccount> {
  await using stack = new AsyncDisposableStack();
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "gatehouse" } };
  await create(plane, `/api/v1/namespaces/${namespace}/serviceaccounts`, account);
  const roles = ["clusterrole,clusterrolebinding", namespace];
  stack.defer(async () => void (await plane.kubectl(["delete", "--ignore-not-found", ...roles])));
  const directory = await mkdtemp(join(tmpdir(), "gatehouse-account-"));
  stack.defer(() => rm(directory, { recursive: true }));
  const kubeconfig = join(directory, "kubeconfig");
  await writeFile(kubeconfig, kubeconfigOf(plane, await tokenOf(plane, namespace)), { mode: 0o600 });
  const installed = stack.move();
  return {
    kubeconfig,
    grant: () => grant(plane, namespace),
    [Symbol.asyncDispose]: () => installed.disposeAsync(),
  };
}

async function grant(plane: ControlPlaneClient, namespace: string): Promise<void> {
  const metadata = { name: namespace }; // which is nobody else's
  const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name: namespace };
  const subjects = [{ kind: "ServiceAccount", namespace, name: "gatehouse" }];
  await create(plane, `/apis/${RBAC}/v1/clusterroles`, { kind: "ClusterRole", metadata, rules: RULES });
  const binding = { kind: "ClusterRoleBinding", metadata, roleRef, subjects };
  await create(plane, `/apis/${RBAC}/v1/clusterrolebindings`, binding);
}

const RBAC = "rbac.authorization.k8s.io";

/** Seconds: a day, as long as somebody may play with `npm run cluster`. */
const TOKEN_SECONDS = 86_400;

async function tokenOf(plane: ControlPlaneClient, namespace: string): Promise<string> {
  const wanted = { kind: "TokenRequest", spec: { expirationSeconds: TOKEN_SECONDS } };
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/gatehouse/token`;
  const { status } = (await create(plane, path, wanted)) as { status: { token: string } };
  return status.token;
}

async function create({ request }: ControlPlaneClient, path: string, object: object): Promise<unknown> {
  const { status, body } = await request("POST", path, { body: object });
  if (status === 201) return body;
  throw new Error(`POST ${path}: ${status} ${JSON.stringify(body)}`);
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
