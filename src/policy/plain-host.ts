/** Where the host of a URL that `plainHost` can read begins. */
const HTTPS = "https://";

/**
 * The host of an https URL that is written in the plainest way there is, without
 * user info or port; anything else gives a text that no list of hosts holds. So a
 * host found here is the one that every parser finds. Undefined where it cannot be
 * one of those that `mayBe` was made of, which is asked without making a text.
 */
export function plainHost(url: string, mayBe: HostFilter): string | undefined {
  if (!url.startsWith(HTTPS)) return undefined;
  const slash = url.indexOf("/", HTTPS.length);
  const end = slash < 0 ? url.length : slash;
  return mayBe.has(keyOf(url, HTTPS.length, end)) ? url.slice(HTTPS.length, end) : undefined;
}

/** The lengths of some hosts, each with the first and the last letter. */
export type HostFilter = ReadonlySet<number>;

export function hostFilter(hosts: Iterable<string>): HostFilter {
  return new Set(Array.from(hosts, (host) => keyOf(host, 0, host.length)));
}

function keyOf(text: string, start: number, end: number): number {
  return ((end - start) << 14) | ((text.charCodeAt(start) & 0x7f) << 7) | (text.charCodeAt(end - 1) & 0x7f);
}
