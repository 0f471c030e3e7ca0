import { randomUUID } from "node:crypto";
import { mkdir, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KeyPair } from "./certificates.ts";

/**
 * Writes tls.crt, tls.key and ca.crt into a directory as the kubelet mounts a
 * Secret of cert-manager: each file is a symbolic link through `..data`, and
 * `..data` is swapped by one rename, so a reader sees the old three or the new
 * three. Call it again to rotate.
 */
export async function writeCertificateDirectory(
  directory: string,
  pair: KeyPair,
  authorityCertificate: string,
): Promise<void> {
  const contents = { "tls.crt": pair.certificate, "tls.key": pair.privateKey, "ca.crt": authorityCertificate };
  const generation = `..${randomUUID()}`;
  await mkdir(join(directory, generation), { recursive: true });
  for (const [name, content] of Object.entries(contents)) {
    await writeFile(join(directory, generation, name), content, { mode: 0o600 });
  }
  const previous = await swapData(directory, generation);
  for (const name of Object.keys(contents)) await linkOnce(join("..data", name), join(directory, name));
  if (previous !== undefined) await rm(join(directory, previous), { recursive: true });
}

/** Points `..data` at the new generation and answers the one before, if any. */
async function swapData(directory: string, generation: string): Promise<string | undefined> {
  const data = join(directory, "..data");
  const previous = await readlink(data).catch(unlessCode("ENOENT"));
  await symlink(generation, `${data}_tmp`);
  await rename(`${data}_tmp`, data);
  return previous;
}

async function linkOnce(target: string, path: string): Promise<void> {
  await symlink(target, path).catch(unlessCode("EEXIST"));
}

/** Turns one expected failure of the file system into undefined; others stay failures. */
function unlessCode(code: string): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof Error && "code" in error && error.code === code)) throw error;
    return undefined;
  };
}
