import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createCertificateAuthority, type KeyPair } from "../certificates.ts";

/** Where a control plane's keys lie, and what its first client needs of them. */
export interface Credentials {
  readonly certificateAuthority: string;
  readonly administrator: KeyPair;
  readonly files: {
    readonly authority: string;
    readonly serverCertificate: string;
    readonly serverKey: string;
    readonly serviceAccountKey: string;
    readonly administratorKubeconfig: string;
    readonly controllerManagerKubeconfig: string;
  };
}

/** Makes one authority and everybody's certificates, and writes them with two kubeconfigs into the directory. */
export async function writeCredentials(
  directory: string,
  server: string,
  names: readonly string[],
): Promise<Credentials> {
  const authority = await createCertificateAuthority("gatehouse test control plane");
  const [serverPair, administrator, controllerManager, serviceAccount] = await Promise.all([
    authority.issueServer({ names: ["kubernetes.default.svc", "localhost", ...names] }),
    authority.issueClient({ commonName: "administrator", organizations: ["system:masters"] }),
    authority.issueClient({ commonName: "system:kube-controller-manager" }),
    authority.issueClient({ commonName: "service accounts" }), // only its key is used
  ]);
  await mkdir(directory, { recursive: true });
  const write = async (name: string, content: string) => {
    await writeFile(join(directory, name), content, { mode: 0o600 });
    return join(directory, name);
  };
  const config = (client: KeyPair) => kubeconfig(server, authority.certificate, client);
  return {
    certificateAuthority: authority.certificate,
    administrator,
    files: {
      authority: await write("ca.crt", authority.certificate),
      serverCertificate: await write("server.crt", serverPair.certificate),
      serverKey: await write("server.key", serverPair.privateKey),
      serviceAccountKey: await write("service-account.key", serviceAccount.privateKey),
      administratorKubeconfig: await write("kubeconfig", config(administrator)),
      controllerManagerKubeconfig: await write("controller-manager.kubeconfig", config(controllerManager)),
    },
  };
}

/** A kubeconfig in JSON, which is YAML too. */
function kubeconfig(server: string, certificateAuthority: string, client: KeyPair): string {
  const cluster = { server, "certificate-authority-data": base64(certificateAuthority) };
  const user = {
    "client-certificate-data": base64(client.certificate),
    "client-key-data": base64(client.privateKey),
  };
  const name = "gatehouse";
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

function base64(pem: string): string {
  return Buffer.from(pem).toString("base64");
}
