import type { X509Certificate } from "node:crypto";
import { isInForce, lifeOf, madeAt, renewalDue } from "./certificate-life.ts";
import { hasSigned } from "./chain.ts";
import { bundleOf, certificatesIn } from "./pem.ts";
import { readStored, type SecretText, type StoredCertificates } from "./stored-certificates.ts";

/** How certificates are kept. */
export interface KeepingRules {
  /** Names by which the API server calls. */
  readonly dnsNames: readonly string[];
  /** How long authorities must have been published before what they sign is served: API servers learn of it later. */
  readonly settlingMilliseconds: number;
  /** How long a former authority is trusted after the certificate of the new one is served. */
  readonly overlapMilliseconds: number;
}

/** What is there. */
export interface Present {
  /** Undefined: there is no Secret. */
  readonly secret: SecretText | undefined;
  /** The authorities that each entry of our webhook configurations names; undefined where one of the two is not there. */
  readonly published: readonly string[] | undefined;
  /** How long what is published and the certificate have been seen so by one process, without a break. */
  readonly seenForMilliseconds: number;
  readonly now: number;
}

/** Why a certificate is replaced, in a word for logs. */
export type Why = "missing" | "not yet valid" | "expired" | "due" | "other names" | "other authority";

/** The one thing to do next; what comes after is decided anew. */
export type Step =
  /** Make an authority and store it before those that stay trusted. What it signs is not served yet. */
  | { readonly do: "replace-authority"; readonly why: Why; readonly keep: readonly X509Certificate[] }
  /** Name the authorities in every entry of our webhook configurations. */
  | { readonly do: "publish"; readonly bundle: string }
  /** Make a certificate of the server and store it, for every replica to serve. */
  | { readonly do: "replace-leaf"; readonly why: Why; readonly signer: X509Certificate }
  /** Store no other authorities than this one any more. */
  | { readonly do: "drop-authorities"; readonly bundle: string }
  | { readonly do: "wait"; readonly until: number };

/**
 * Pure: what is to be done about the certificates of a self-managed installation. The
 * order is the point: nothing is served before the authority that signed it is published
 * and API servers have had the time to learn of it, and no authority is taken away before
 * what it signed has ceased to be served. As each step is one write, and is decided by what
 * is there alone, a process may end, or another take over, between any two of them.
 */
export function nextStep(present: Present, rules: KeepingRules): Step {
  const stored = readStored(present.secret ?? {});
  const { authorities, signer, leaf } = stored;
  const whyAuthority = authorityFault(signer, present.now);
  if (whyAuthority !== undefined || signer === undefined)
    return { do: "replace-authority", why: whyAuthority ?? "missing", keep: stillTrusted(stored, present) };

  const bundle = bundleOf([signer, ...authorities.filter((authority) => authority !== signer)]);
  if (present.published === undefined) return { do: "wait", until: Number.POSITIVE_INFINITY };
  if (present.published.some((published) => published !== bundle)) return { do: "publish", bundle };

  const unsettled = present.now + rules.settlingMilliseconds - present.seenForMilliseconds;
  const whyLeaf = leafFault(leaf, signer, rules, present.now);
  if (whyLeaf !== undefined || leaf === undefined) {
    // Where nobody else was ever trusted and there is nothing to serve, no call can fail by haste.
    const isFirst = authorities.length === 1 && leaf === undefined;
    if (!isFirst && unsettled > present.now) return { do: "wait", until: unsettled };
    return { do: "replace-leaf", why: whyLeaf ?? "missing", signer };
  }

  // The wall clock may have jumped since the certificate was made, the other one has not.
  const overlapEnd = Math.max(unsettled, madeAt(lifeOf(leaf)) + rules.overlapMilliseconds);
  const dropDue = authorities.length > 1 ? overlapEnd : Number.POSITIVE_INFINITY;
  if (dropDue <= present.now) return { do: "drop-authorities", bundle: bundleOf([signer]) };
  return { do: "wait", until: Math.min(dropDue, renewalDue(leaf), renewalDue(signer)) };
}

function authorityFault(signer: X509Certificate | undefined, now: number): Why | undefined {
  return signer ? lifeFault(signer, now) : "missing";
}

function leafFault(
  leaf: X509Certificate | undefined,
  signer: X509Certificate,
  { dnsNames }: KeepingRules,
  now: number,
): Why | undefined {
  if (!leaf) return "missing";
  if (!hasSigned(signer, leaf)) return "other authority";
  if (!dnsNames.every((name) => leaf.checkHost(name, { subject: "never" }) !== undefined)) return "other names";
  return lifeFault(leaf, now);
}

function lifeFault(certificate: X509Certificate, now: number): Why | undefined {
  const life = lifeOf(certificate);
  if (!isInForce(life, now)) return now < life.from ? "not yet valid" : "expired";
  return renewalDue(certificate) <= now ? "due" : undefined;
}

/**
 * The authorities of what may be served now: those of the Secret or, where that tells
 * none, those that are published. Replicas go on with what a deleted Secret held.
 */
function stillTrusted(
  { authorities, leaf }: StoredCertificates,
  { published = [] }: Present,
): readonly X509Certificate[] {
  const known =
    authorities.length > 0 ? authorities : certificatesIn(published.join("\n")).filter((certificate) => certificate.ca);
  const newestFirst = [...known].sort((one, other) => lifeOf(other).from - lifeOf(one).from);
  const needed = leaf ? newestFirst.filter((authority) => hasSigned(authority, leaf)) : [];
  return [...new Set([...needed, ...newestFirst])].slice(0, MOST_FORMER_AUTHORITIES);
}

/** Whoever has authorities replaced faster than they settle must not let webhook configurations outgrow etcd. */
const MOST_FORMER_AUTHORITIES = 16;
