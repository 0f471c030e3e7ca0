import "reflect-metadata";
import { createPrivateKey, randomBytes, type webcrypto, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate and its private key (SEC1, as cert-manager writes ECDSA keys), both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** The span in which a certificate is valid; without one: from a minute ago for a day. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface ServerSubject {
  /** Host names and IP addresses, in any order; the first is the common name too. */
  readonly names: readonly [string, ...string[]];
  readonly validity?: Validity;
}

export interface ClientSubject {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  readonly dnsNames?: readonly string[];
  readonly validity?: Validity;
}

/** A certificate authority that signs certificates for servers and clients. */
export interface CertificateAuthority extends KeyPair {
  issueServer(subject: ServerSubject): Promise<KeyPair>;
  issueClient(subject: ClientSubject): Promise<KeyPair>;
}

/** Makes a self-signed certificate authority with a fresh ECDSA P-256 key. */
export async function createCertificateAuthority(
  commonName: string,
  validity: Validity = oneDay(),
): Promise<CertificateAuthority> {
  const keys = await generateKeys();
  const subject = distinguishedName(commonName, []);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: subject,
    keys,
    serialNumber: serialNumber(),
    signingAlgorithm,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const sign = (leaf: Leaf) => signLeaf(leaf, subject, keys.privateKey);
  return {
    certificate: certificate.toString("pem"),
    privateKey: await exportPrivateKey(keys.privateKey),
    issueServer: ({ names, validity }) =>
      sign({
        subject: distinguishedName(names[0], []),
        validity: validity ?? oneDay(),
        extensions: [
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
          new SubjectAlternativeNameExtension(names.map(generalName)),
        ],
      }),
    issueClient: ({ commonName, organizations, dnsNames = [], validity }) =>
      sign({
        subject: distinguishedName(commonName, organizations ?? []),
        validity: validity ?? oneDay(),
        extensions: [
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
          ...(dnsNames.length > 0 ? [new SubjectAlternativeNameExtension(dnsNames.map(generalName))] : []),
        ],
      }),
  };
}

/** The number of a PEM certificate, to tell a rotated certificate from the one before. */
export function serialNumberOf(certificate: string): string {
  return new X509Certificate(certificate).serialNumber;
}

const signingAlgorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

interface Leaf {
  readonly subject: { readonly [attribute: string]: string[] }[];
  readonly validity: Validity;
  readonly extensions: readonly Extension[];
}

async function signLeaf(leaf: Leaf, issuer: Leaf["subject"], signingKey: CryptoKey): Promise<KeyPair> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.create({
    ...leaf.validity,
    subject: leaf.subject,
    issuer,
    publicKey: keys.publicKey,
    signingKey,
    serialNumber: serialNumber(),
    signingAlgorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      ...leaf.extensions,
    ],
  });
  return { certificate: certificate.toString("pem"), privateKey: await exportPrivateKey(keys.privateKey) };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(signingAlgorithm, true, ["sign", "verify"]);
}

async function exportPrivateKey(key: CryptoKey): Promise<string> {
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", key));
  return createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }).export({ format: "pem", type: "sec1" });
}

function distinguishedName(commonName: string, organizations: readonly string[]): Leaf["subject"] {
  return [...organizations.map((organization) => ({ O: [organization] })), { CN: [commonName] }];
}

function generalName(name: string): { type: "ip" | "dns"; value: string } {
  return { type: isIP(name) === 0 ? "dns" : "ip", value: name };
}

/** 16 random bytes; the first below 0x80 and not 0, since X.509 wants a positive number of fixed length. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x01;
  return bytes.toString("hex");
}

/** From a minute ago, since clocks of two readers may differ, for a day, longer than any test run. */
function oneDay(): Validity {
  const now = Date.now();
  return { notBefore: new Date(now - 60_000), notAfter: new Date(now + 86_400_000) };
}
