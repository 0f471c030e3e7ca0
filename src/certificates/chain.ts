import type { X509Certificate } from "node:crypto";

/**
 * Whether a chain, the server's certificate first, leads to one of the anchors, as Go's
 * verification has it: any certificate of a bundle is an anchor, also one in the middle
 * or the server's own. Validity in time is another question.
 */
export function leadsTo([leaf, ...between]: readonly X509Certificate[], anchors: readonly X509Certificate[]): boolean {
  if (leaf === undefined) return false;
  const reached = [leaf];
  for (const certificate of reached) {
    if (anchors.some((anchor) => isSame(anchor, certificate) || hasSigned(anchor, certificate))) return true;
    reached.push(...between.filter((other) => !reached.includes(other) && hasSigned(other, certificate)));
  }
  return false;
}

export function hasSigned(authority: X509Certificate, certificate: X509Certificate): boolean {
  return authority.ca && certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

function isSame(one: X509Certificate, other: X509Certificate): boolean {
  return one.fingerprint256 === other.fingerprint256;
}
