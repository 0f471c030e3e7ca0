import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { developmentCertificate } from "#server/development-certificate.ts";
import { writeCertificateDirectory } from "../certificate-directory.ts";
import { type GatehouseProcess, startGatehouse } from "./process.ts";

/**
 * `gatehouse serve` on a cluster, as a process outside of it: with a certificate of its
 * own, which no API server knows, and ports of its own on loopback. Returns when it is
 * ready, or has said the message.
 */
export async function startClusterGatehouse(
  kubeconfig: string,
  options: readonly string[],
  message?: "reading the cluster",
): Promise<GatehouseProcess & { readonly certificate: string }> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "gatehouse-certificates-"));
  stack.defer(() => rm(directory, { recursive: true }));
  const pair = await developmentCertificate();
  const certificates = join(directory, "tls");
  await writeCertificateDirectory(certificates, pair, pair.certificate);
  const gatehouse = stack.use(
    await startGatehouse(
      [
        [`--kubeconfig=${kubeconfig}`, `--certificate-directory=${certificates}`],
        ["--bind-address=127.0.0.1", "--port=0", "--plain-port=0", "--shutdown-delay=0"],
        options,
      ],
      message,
    ),
  );
  const started = stack.move();
  return { ...gatehouse, certificate: pair.certificate, [Symbol.asyncDispose]: () => started.disposeAsync() };
}
