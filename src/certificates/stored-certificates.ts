import type { X509Certificate } from "node:crypto";
import { certificatesIn, readPrivateKey } from "./pem.ts";

/** What the Secret of a self-managed installation holds, as text, by key. */
export type SecretText = Readonly<Record<string, string>>;

/** Keys of the Secret. */
export const KEYS = {
  /** The server's certificate and its key, as in every Secret of a certificate. */
  leaf: "tls.crt",
  leafKey: "tls.key",
  /** Every authority that is to be trusted, the one that signs first. */
  authorities: "ca.crt",
  /** Of the authority that signs. */
  authorityKey: "ca.key",
} as const;

/** What of it can be used. */
export interface StoredCertificates {
  /** Those to be trusted, in their order. */
  readonly authorities: readonly X509Certificate[];
  /** The one of them whose key is there. */
  readonly signer: X509Certificate | undefined;
  /** The server's certificate, where its key is there and belongs to it. */
  readonly leaf: X509Certificate | undefined;
}

/** Pure. What cannot be read, or does not belong together, counts as missing. */
export function readStored(secret: SecretText): StoredCertificates {
  const authorities = certificatesIn(secret[KEYS.authorities] ?? "").filter(({ ca }) => ca);
  const signing = readPrivateKey(secret[KEYS.authorityKey] ?? "");
  const serving = readPrivateKey(secret[KEYS.leafKey] ?? "");
  const [leaf] = certificatesIn(secret[KEYS.leaf] ?? "");
  return {
    authorities,
    signer: signing && authorities.find((authority) => authority.checkPrivateKey(signing)),
    leaf: serving && leaf?.checkPrivateKey(serving) === true ? leaf : undefined,
  };
}
