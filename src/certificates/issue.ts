import { createPrivateKey, randomBytes, type webcrypto } from "node:crypto";
import type { CertificateLife } from "./certificate-life.ts";

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Makes an authority with a fresh key, which signs certificates of servers and nothing else. */
export async function makeAuthority(name: string, life: CertificateLife): Promise<KeyPair> {
  const x509 = await library();
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    // Two authorities of one installation differ in name, so that nobody tries the wrong one.
    name: [{ CN: [`${name} ${randomBytes(4).toString("hex")}`] }],
    notBefore: new Date(life.from),
    notAfter: new Date(life.until),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pem(certificate), privateKey: await exported(keys.privateKey) };
}

/** Makes a certificate of a server by these names, with a fresh key. */
export async function signLeaf(
  authority: KeyPair,
  dnsNames: readonly string[],
  life: CertificateLife,
): Promise<KeyPair> {
  const x509 = await library();
  const issuer = new x509.X509Certificate(authority.certificate);
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [(dnsNames[0] ?? "").slice(0, LONGEST_COMMON_NAME)] }],
    issuer: issuer.subjectName,
    notBefore: new Date(life.from),
    notAfter: new Date(Math.min(life.until, issuer.notAfter.getTime())),
    publicKey: keys.publicKey,
    signingKey: await imported(authority.privateKey),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(dnsNames.map((value) => ({ type: "dns", value }))),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { certificate: pem(certificate), privateKey: await exported(keys.privateKey) };
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Of X.520; clients go by the alternative names. */
const LONGEST_COMMON_NAME = 64;

/** Loaded by who issues, which is the leader now and then. */
async function library() {
  await import("reflect-metadata"); // the library expects its caller to bring it
  return import("@peculiar/x509");
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

function pem(certificate: { toString(format: "pem"): string }): string {
  return `${certificate.toString("pem").trim()}\n`;
}

async function exported(privateKey: CryptoKey): Promise<string> {
  const key = Buffer.from(await crypto.subtle.exportKey("pkcs8", privateKey));
  return createPrivateKey({ key, format: "der", type: "pkcs8" }).export({ format: "pem", type: "pkcs8" });
}

function imported(privateKey: string): Promise<CryptoKey> {
  const der = createPrivateKey(privateKey).export({ format: "der", type: "pkcs8" });
  return crypto.subtle.importKey("pkcs8", new Uint8Array(der), ALGORITHM, false, ["sign"]);
}

/** Positive, as X.509 wants it, and of fixed length. */
function serialNumber(): string {
  return `01${randomBytes(15).toString("hex")}`;
}
