import { ADDRESS_RANGES } from "#validate/address.ts";
import { LOOPBACK_NAMES, METADATA_NAMES } from "#validate/special-names.ts";
import type { Variable } from "./admission-policy.ts";

/** The cluster's own API server, by the names that every Pod can resolve; OpenShift gives it a second one. */
const API_SERVER_NAMES = ["kubernetes", "openshift"].flatMap((service) =>
  ["default", "default.svc", "default.svc.cluster.local"].map((domain) => `${service}.${domain}`),
);

const forbidden = ADDRESS_RANGES.filter(({ kind }) => kind !== "public" && kind !== "private");

/**
 * The parsed URLs, and what no policy can allow: names and ranges from the same
 * lists that `forbidden-endpoint` goes by. What `url()` cannot read, the schema
 * has refused already.
 */
export const HOSTS: readonly Variable[] = [
  {
    name: "sites",
    expression: `variables.urls.filter(site, isURL(site.url)).map(site, {
  'at': site.at, 'key': site.key, 'url': site.url,
  'scheme': url(site.url).getScheme(), 'host': url(site.url).getHostname().lowerAscii()})`,
  },
  {
    name: "specialNames",
    expression: celList([...LOOPBACK_NAMES, ...METADATA_NAMES, "kubernetes", ...API_SERVER_NAMES]),
  },
  { name: "forbiddenRanges", expression: ranges(forbidden.map(({ cidr }) => cidr)) },
  {
    name: "privateRanges",
    expression: ranges(ADDRESS_RANGES.filter(({ kind }) => kind === "private").map(({ cidr }) => cidr)),
  },
];

/** Whether a host's address is in one of the ranges of a variable. */
export function isInRanges(host: string, variable: "forbiddenRanges" | "privateRanges"): string {
  return `isIP(${host}) && variables.${variable}.exists(range, range.containsIP(${host}))`;
}

function ranges(cidrs: readonly string[]): string {
  return `${celList(cidrs)}.map(range, cidr(range))`;
}

/** A list of texts that hold no quotes. */
export function celList(texts: readonly string[]): string {
  return `[${texts.map((text) => `'${text}'`).join(", ")}]`;
}
