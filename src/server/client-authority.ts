import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { TLSSocket } from "node:tls";
import { CertificateError } from "./key-pair.ts";

/** Reads the certificates, PEM, of those whose signature a client's certificate must carry. */
export async function readClientAuthorities(file: string): Promise<string> {
  try {
    const text = await readFile(file, "utf8");
    const certificates = text.match(PEM_CERTIFICATE) ?? [];
    for (const certificate of certificates) void new X509Certificate(certificate);
    if (certificates.length > 0) return text;
  } catch (cause) {
    throw new CertificateError(`cannot read certificates of client authorities from ${file}`, { cause });
  }
  throw new CertificateError(`${file} holds no certificate of a client authority`);
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Whether the certificate of a client that was authorized is for one of the names: its common name or a DNS name. */
export function isNamed(socket: TLSSocket, names: readonly string[]): boolean {
  const { subject, subjectaltname = "" } = socket.getPeerCertificate();
  // Node puts names with a comma or quote into quotes, so that none can pretend to be several.
  const given = subjectaltname
    .split(", ")
    .filter((name) => name.startsWith(DNS))
    .map((name) => name.slice(DNS.length));
  return [subject?.CN, given].flat().some((name) => name !== undefined && names.includes(name));
}

const DNS = "DNS:";
