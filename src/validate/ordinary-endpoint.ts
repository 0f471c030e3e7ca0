import { couldBePublic } from "./cluster-host.ts";
import { METADATA_NAMES, WILDCARD_NAMES } from "./special-names.ts";

/**
 * The host of a URL that is so plain that it needs no parser to be known as one of
 * a public host: nearly every URL is, and a review may hold 256. What is not
 * ordinary is not therefore wrong; it is looked at closely.
 */
export function ordinaryHost(url: string): string | undefined {
  if (url.length > MAX_CHARACTERS) return undefined;
  const [, host, domain, last] = ORDINARY.exec(url) ?? [];
  const isOrdinary = domain !== undefined && last !== undefined && couldBePublic(last) && !SPECIAL.has(domain);
  return isOrdinary ? host : undefined;
}

/** No longer than a host may be, so that none has to be measured. */
const MAX_CHARACTERS = 253;

/** https, a host in lower case with at least two labels, perhaps a port; then a path of printable ASCII without backslash. */
const ORDINARY =
  /^https:\/\/(?!kubernetes\.|openshift\.)((?:(?!xn--)[a-z0-9_-]{1,63}\.)*((?!xn--)[a-z0-9_-]{1,63}\.([a-z]{2,63})))(?::\d{1,4})?(?:\/[!-[\]-~]*)?$/;

/** Domains below which there is a name with a meaning of its own. */
const SPECIAL: ReadonlySet<string> = new Set(
  [...METADATA_NAMES, ...WILDCARD_NAMES.keys()].map((name) => name.split(".").slice(-2).join(".")),
);
