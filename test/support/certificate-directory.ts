import { writeAtomicDirectory } from "./atomic-directory.ts";
import type { KeyPair } from "./certificates.ts";

/** Writes tls.crt, tls.key and ca.crt into a directory as the kubelet mounts a Secret of cert-manager. Call it again to rotate. */
export async function writeCertificateDirectory(
  directory: string,
  pair: KeyPair,
  authorityCertificate: string,
): Promise<void> {
  const contents = { "tls.crt": pair.certificate, "tls.key": pair.privateKey, "ca.crt": authorityCertificate };
  await writeAtomicDirectory(directory, new Map(Object.entries(contents)));
}
