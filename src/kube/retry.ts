import { isTooLargeResourceVersion, isUnreachable, type KubernetesError } from "./kubernetes-error.ts";

/** How often a request was sent. */
export interface Tries {
  count: number;
  /** Whether credentials and trust were read again for the last try. */
  isIdentityFresh: boolean;
}

export interface NextTry {
  readonly afterMilliseconds: number;
  readonly refreshIdentity: boolean;
}

/**
 * Whether and when to send a request again, as client-go's with_retry:
 * - any verb when the server refused with a Retry-After, since then it did nothing;
 * - a GET when the connection broke, a second later; a write may have been done, so its caller decides;
 * - ten times at most.
 *
 * On purpose otherwise: a 401 and a certificate that we do not trust are tried
 * once more, at once, with credentials and authorities read again, so that a
 * rotation costs no failed request; a resource version that is too large is not
 * tried again, since the reflector knows better than to wait for it.
 */
export function nextTry(error: KubernetesError, method: string, tries: Tries): NextTry | undefined {
  if (tries.count > MOST_RETRIES) return undefined;
  if (isDoubtOfIdentity(error)) {
    return tries.isIdentityFresh ? undefined : { afterMilliseconds: 0, refreshIdentity: true };
  }
  if (isTooLargeResourceVersion(error)) return undefined;
  const isAskedTo = error.code === 429 || error.code >= 500;
  if (isAskedTo && error.retryAfterMilliseconds !== undefined) {
    return { afterMilliseconds: error.retryAfterMilliseconds, refreshIdentity: false };
  }
  const isBroken = BROKEN.has(systemCode(error) ?? "");
  return method === "GET" && isBroken ? { afterMilliseconds: PAUSE_MILLISECONDS, refreshIdentity: false } : undefined;
}

const MOST_RETRIES = 10;

const PAUSE_MILLISECONDS = 1000;

function isDoubtOfIdentity(error: KubernetesError): boolean {
  return error.code === 401 || (isUnreachable(error) && UNTRUSTED.has(systemCode(error) ?? ""));
}

/** Of Node or OpenSSL. */
function systemCode({ cause }: KubernetesError): string | undefined {
  if (!(cause instanceof Error) || !("code" in cause)) return undefined;
  return typeof cause.code === "string" ? cause.code : undefined;
}

/** The server was there and went away; ECONNREFUSED is not here, since then it is not there. */
const BROKEN: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE"]);

const UNTRUSTED: ReadonlySet<string> = new Set([
  "CERT_HAS_EXPIRED",
  "CERT_SIGNATURE_FAILURE",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
