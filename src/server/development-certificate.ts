import { createPrivateKey, randomBytes } from "node:crypto";
import type { KeyPair } from "./key-pair.ts";

/** A day: a development server that runs longer is started again. */
const VALID_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Two clocks on one machine agree, but a container's may lag. */
const LAG_MILLISECONDS = 60_000;

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/**
 * Makes a self-signed certificate for this machine's loopback names, held in
 * memory only. Its library is loaded here, since a cluster never needs it.
 */
export async function developmentCertificate(): Promise<KeyPair> {
  await import("reflect-metadata"); // the library expects its caller to bring it
  const { X509CertificateGenerator, SubjectAlternativeNameExtension } = await import("@peculiar/x509");
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const now = Date.now();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: `01${randomBytes(15).toString("hex")}`, // positive, as X.509 wants it
    name: "CN=Gatehouse development",
    notBefore: new Date(now - LAG_MILLISECONDS),
    notAfter: new Date(now + VALID_MILLISECONDS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new SubjectAlternativeNameExtension([
        { type: "dns", value: "localhost" },
        { type: "ip", value: "127.0.0.1" },
        { type: "ip", value: "::1" },
      ]),
    ],
  });
  const key = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  return {
    certificate: certificate.toString("pem"),
    privateKey: createPrivateKey({ key, format: "der", type: "pkcs8" }).export({ format: "pem", type: "pkcs8" }),
  };
}
