import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

/** The certificates of a PEM text, each once; what is none, or cannot be read, is left out. */
export function certificatesIn(text: string): readonly X509Certificate[] {
  const found = new Map<string, X509Certificate>();
  for (const [block] of text.matchAll(CERTIFICATE)) {
    const certificate = readCertificate(block);
    if (certificate) found.set(certificate.fingerprint256, certificate);
  }
  return [...found.values()];
}

/** As one text, always the same for the same certificates. */
export function bundleOf(certificates: readonly X509Certificate[]): string {
  return certificates.map((certificate) => `${certificate.toString().trim()}\n`).join("");
}

export function readPrivateKey(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined; // whoever needs a key makes another one, whatever was wrong with this
  }
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function readCertificate(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block);
  } catch {
    return undefined;
  }
}
