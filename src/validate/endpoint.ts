/** Where a URL leads. */
export interface Endpoint {
  /** Lower case; four decimal numbers or eight groups in brackets, if it is an address in any spelling. */
  readonly host: string;
  readonly isEncrypted: boolean;
  readonly url: URL;
}

/**
 * What a text stands for by the WHATWG's rules, undefined where that is no URL
 * with scheme http or https. They are the most lenient rules in use, so that
 * hardly any other parser finds a host where this one finds none.
 */
export function parseEndpoint(text: string): Endpoint | undefined {
  const url = URL.parse(text);
  if (!url) return undefined;
  const { protocol } = url;
  if (protocol !== "https:" && protocol !== "http:") return undefined;
  return { host: url.hostname, isEncrypted: protocol === "https:", url }; // read once: each read makes a string
}

/**
 * What is wrong with how a URL is written. Parsers disagree about such spellings
 * (Go, Python, curl and the WHATWG each find another host), so that the host that
 * is judged here might not be the one that the gateway calls.
 */
export function spellingFault(text: string, { host }: Endpoint): string | undefined {
  if (!PLAIN.test(text) && INVISIBLE.test(text)) {
    return "must not contain whitespace, control characters or backslashes";
  }
  const authority = AUTHORITY.exec(text)?.[1];
  if (!authority) return NOT_ABSOLUTE;
  if (authority.includes("@")) return "must not contain user info";
  if (AT_BEHIND_HOST.test(text)) return "must have a '/' between the host and what holds an '@'";
  return hostFault(authority.replace(PORT, ""), host);
}

export const NOT_ABSOLUTE = "must be an absolute http or https URL";

/** Printable ASCII without space and backslash. */
const PLAIN = /^[!-[\]-~]*$/;
/** With characters that steer the direction of text or that nobody has assigned. */
const INVISIBLE = /[\s\\\p{C}]/u;
const AUTHORITY = /^https?:\/\/([^/?#]*)/i;
const PORT = /:\d*$/;
/** Without a path some parsers take what stands before the `@`, `?` and `#` included, for user info. */
const AT_BEHIND_HOST = /^https?:\/\/[^/?#]*[?#][^/]*@/i;

function hostFault(written: string, host: string): string | undefined {
  if (host.startsWith("[")) return undefined; // any spelling of an IPv6 address says the same to every parser
  // Asked before lower case is made, in which the Kelvin sign is a plain k.
  if (!PLAIN.test(written)) return "must have a host in ASCII, internationalised names in their form with 'xn--'";
  if (written.endsWith(".")) return "must not have a host that ends with a dot";
  if (written.toLowerCase() !== host) return `must have a host written in its plain form, '${host}'`;
  if (host.length <= MAX_NAME && DNS_NAME.test(host)) return undefined;
  return "must have a host of letters, digits and '-' in labels of at most 63 characters, joined by '.'";
}

/** The longest name in DNS (RFC 1035, 255 octets with two for lengths). */
const MAX_NAME = 253;
const DNS_NAME = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/;
