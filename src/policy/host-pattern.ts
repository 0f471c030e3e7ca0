/** Whether a host is on a list of host patterns. */
export function isOnHostList(patterns: readonly string[], host: string): boolean {
  return patterns.some((pattern) => matchesHost(pattern, host));
}

/**
 * Whether a host matches a pattern: the host itself, or `*.` and a suffix for
 * every host below it, at any depth, but not for the suffix itself. The host is
 * one that `hostOf` returned: comparing text of a URL would take
 * `https://api.openai.com.evil.example` for OpenAI.
 */
export function matchesHost(pattern: string, host: string): boolean {
  if (!pattern.startsWith("*.")) return pattern === host;
  const suffix = pattern.slice(1);
  return host.length > suffix.length && host.endsWith(suffix);
}

/** The host of a URL as a client would resolve it (WHATWG URL), or undefined where there is none. */
export function hostOf(url: string): string | undefined {
  const plain = PLAIN_URL.exec(url)?.[1];
  if (plain !== undefined) return plain;
  const host = URL.parse(url)?.hostname.toLowerCase();
  return host === "" ? undefined : host;
}

/**
 * URLs that say their host in only one way, which are nearly all: lower case, a
 * last label of letters alone (so no address), no punycode, and nothing behind
 * the host but a port, a path, a query or a fragment. They need no parser.
 */
const PLAIN_URL = /^https?:\/\/((?:(?!xn--)[a-z0-9-]{1,63}\.){1,10}[a-z]{2,63})(?::\d{1,4})?(?:$|[/?#])/;

/**
 * The host that a URL calls, where no parser of URLs could see another: gateways
 * have their own, and a spelling that Node reads as one host may be a second host
 * to them. So what comes between the scheme and the first slash is nothing but a
 * plain host and a port.
 */
export function undisputedHost(url: string): string | undefined {
  const host = PLAIN_AUTHORITY.exec(url)?.[1]?.toLowerCase();
  return host !== undefined && hostOf(url) === host ? host : undefined;
}

const PLAIN_AUTHORITY = /^https?:\/\/([a-z0-9](?:[-.a-z0-9]*[a-z0-9])?)(?::[0-9]{1,5})?(?:\/[!-~]*)?$/i;
