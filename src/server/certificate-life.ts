import { X509Certificate } from "node:crypto";

/** When a certificate is valid, in milliseconds since the epoch. */
export interface CertificateLife {
  readonly from: number;
  readonly until: number;
}

export type CertificateStanding = "not yet valid" | "valid" | "expiring" | "expired";

/**
 * cert-manager renews after two thirds of a certificate's life. Where no more than
 * this part of it is left, that has failed for some time.
 */
const EXPIRING_PART = 1 / 6;

/** The life of the first certificate in a PEM text. */
export function lifeOf(certificate: string): CertificateLife {
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  return { from: validFromDate.getTime(), until: validToDate.getTime() };
}

export function standingOf({ from, until }: CertificateLife, now: number): CertificateStanding {
  if (now < from) return "not yet valid";
  if (now > until) return "expired";
  return until - now <= (until - from) * EXPIRING_PART ? "expiring" : "valid";
}

/** Whether clients accept it: it is of no use to be called with any other. */
export function isInForce(life: CertificateLife, now: number): boolean {
  return life.from <= now && now <= life.until;
}
