import type { X509Certificate } from "node:crypto";

/** When a certificate is valid, in milliseconds since the epoch. */
export interface CertificateLife {
  readonly from: number;
  readonly until: number;
}

export function lifeOf({ validFromDate, validToDate }: X509Certificate): CertificateLife {
  return { from: validFromDate.getTime(), until: validToDate.getTime() };
}

export function isInForce({ from, until }: CertificateLife, now: number): boolean {
  return from <= now && now <= until;
}

/**
 * From when a certificate is to be replaced: when a third of its life is left, or up to a
 * tenth of that earlier, so that what was installed together is not renewed together. The
 * same for one certificate, whoever asks and however often.
 */
export function renewalDue(certificate: X509Certificate): number {
  const { from, until } = lifeOf(certificate);
  const third = (until - from) / 3;
  return until - third * (1 + chanceOf(certificate) / 10);
}

/**
 * A new certificate is valid from a while ago, as clocks of those who check it may lag:
 * a minute, or a tenth of a life that is short.
 */
export function newLife(now: number, milliseconds: number): CertificateLife {
  return { from: now - Math.min(LONGEST_LAG_MILLISECONDS, milliseconds / 10), until: now + milliseconds };
}

/** When it was made, as near as its life tells. */
export function madeAt({ from, until }: CertificateLife): number {
  return from + Math.min(LONGEST_LAG_MILLISECONDS, (until - from) / 11);
}

const LONGEST_LAG_MILLISECONDS = 60_000;

/** Of [0, 1). */
function chanceOf({ fingerprint256 }: X509Certificate): number {
  return Number.parseInt(fingerprint256.slice(0, 5).replace(":", ""), 16) / 2 ** 16;
}
