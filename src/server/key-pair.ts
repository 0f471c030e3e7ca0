import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createSecureContext } from "node:tls";

/** A certificate with its chain, and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** What a TLS port shows of itself and asks of its clients. */
export interface TlsMaterial extends KeyPair {
  /** Certificates, PEM, of those who must have signed a client's. Absent: any client is welcome. */
  readonly clientAuthorities?: string | undefined;
}

/** Why there is no usable certificate, in one line. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
}

/** Reads `tls.crt` and `tls.key` as cert-manager's Secrets are mounted. The two belong together, or it throws. */
export async function readKeyPair(directory: string): Promise<KeyPair> {
  const certificate = await readPem(join(directory, "tls.crt"));
  const privateKey = await readPem(join(directory, "tls.key"));
  return checkedPair(directory, { certificate, privateKey });
}

/** The pair, which came from there. Its halves belong together, or it throws. */
export function checkedPair(origin: string, pair: KeyPair): KeyPair {
  const { certificate, privateKey } = pair;
  const leaf = parsed(`tls.crt in ${origin} is not a PEM certificate`, () => new X509Certificate(certificate));
  const key = parsed(`tls.key in ${origin} is not a PEM private key`, () => createPrivateKey(privateKey));
  if (!leaf.checkPrivateKey(key)) {
    throw new CertificateError(`tls.key in ${origin} is not the key of the certificate in tls.crt`);
  }
  parsed(`tls.crt in ${origin} cannot be used for TLS`, () =>
    createSecureContext({ cert: certificate, key: privateKey }),
  );
  return pair;
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : cause;
    const reason = code === "ENOENT" ? "no such file" : String(code);
    throw new CertificateError(`cannot read certificate file ${path}: ${reason}`, { cause });
  }
}

function parsed<T>(fault: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new CertificateError(fault, { cause });
  }
}
