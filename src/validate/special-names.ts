/** Where cloud instances find their credentials; all resolve to link-local addresses. */
export const METADATA_NAMES: ReadonlySet<string> = new Set([
  "metadata", // Google, by the instance's search list
  "metadata.goog",
  "metadata.google.internal",
  "instance-data", // AWS, by the instance's search list
  "instance-data.ec2.internal",
  "metadata.tencentyun.com",
  "metadata.platformequinix.com",
  "metadata.packet.net",
]);

/** The node itself: RFC 6761, and what distributions write into /etc/hosts. */
export const LOOPBACK_NAMES: ReadonlySet<string> = new Set([
  "localhost",
  "localhost.localdomain",
  "localhost4",
  "localhost4.localdomain4",
  "localhost6",
  "localhost6.localdomain6",
  "ip6-localhost",
  "ip6-loopback",
]);

/**
 * Top-level names of private networks: RFC 6762 with its appendix G, RFC 8375, and
 * `internal` by ICANN's resolution of 2024.
 */
export const PRIVATE_SUFFIXES = [
  ".local",
  ".internal",
  ".home.arpa",
  ".intranet",
  ".private",
  ".corp",
  ".home",
  ".lan",
] as const;

/**
 * Public names whose every subdomain resolves to an address written in it
 * (`embedded`), to the caller itself (`loopback`), or now to one and then to
 * another address (`rebinding`). Nobody can know all of them.
 */
export const WILDCARD_NAMES: ReadonlyMap<string, "embedded" | "loopback" | "rebinding"> = new Map([
  ["nip.io", "embedded"],
  ["sslip.io", "embedded"],
  ["xip.io", "embedded"],
  ["xip.name", "embedded"],
  ["backname.io", "embedded"],
  ["traefik.me", "embedded"],
  ["localtest.me", "loopback"],
  ["lvh.me", "loopback"],
  ["vcap.me", "loopback"],
  ["lacolhost.com", "loopback"],
  ["local.gd", "loopback"],
  ["localho.st", "loopback"],
  ["localhost.direct", "loopback"],
  ["rbndr.us", "rebinding"],
  ["1u.ms", "rebinding"],
]);

/**
 * Top-level domains on which AI services are reached, beside those of two letters.
 * A namespace may have the same name; see cluster-host.ts.
 */
export const TOP_LEVEL_DOMAINS: ReadonlySet<string> = new Set([
  "com",
  "net",
  "org",
  "info",
  "biz",
  "edu",
  "gov",
  "mil",
  "int",
  "app",
  "dev",
  "cloud",
  "tech",
  "online",
  "site",
  "systems",
  "services",
  "software",
  "chat",
  "page",
  "run",
  "live",
  "xyz",
  "one",
  "google",
  "goog",
  "microsoft",
  "example", // RFC 2606
]);
