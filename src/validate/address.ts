/** What an address is for. `public` may be called by anyone; `private` is the only other kind that a policy may allow. */
export type AddressKind =
  | "public"
  | "private"
  | "loopback"
  | "link-local"
  | "cloud metadata"
  | "multicast"
  | "unspecified"
  | "broadcast"
  | "documentation"
  | "benchmarking"
  | "reserved"
  | "IPv6 transition";

/**
 * The kind of an address, undefined for a name. The host is one that `new URL()`
 * gave, which has folded every spelling (decimal, octal, hexadecimal, short,
 * full-width, percent-encoded) to four decimal numbers or eight groups.
 *
 * The ranges are those that IANA's special-purpose address registries (RFC 6890
 * and its updates) do not call globally reachable, and those that clouds answer
 * their instances on.
 */
export function addressKind(host: string): AddressKind | undefined {
  if (host.startsWith("[")) return kindOfIPv6(parseIPv6(host.slice(1, -1)));
  return IPV4.test(host) ? kindOfIPv4(parseIPv4(host)) : undefined;
}

const IPV4 = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;

function parseIPv4(host: string): number {
  return host.split(".").reduce((address, octet) => address * 256 + Number(octet), 0);
}

/** Eight groups, of which `::` stands for as many zeros as are missing. */
function parseIPv6(host: string): readonly number[] {
  const [head = "", tail] = host.split("::");
  if (tail === undefined) return groupsOf(head);
  const [left, right] = [groupsOf(head), groupsOf(tail)];
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}

function groupsOf(side: string): readonly number[] {
  return side === "" ? [] : side.split(":").map((group) => Number.parseInt(group, 16));
}

interface Range<Address> {
  readonly cidr: string;
  readonly first: Address;
  readonly bits: number;
  readonly kind: AddressKind;
}

function kindOfIPv4(address: number): AddressKind {
  const range = IPV4_RANGES.find(({ first, bits }) => (address ^ first) >>> 0 < 2 ** (32 - bits));
  return range?.kind ?? "public";
}

function kindOfIPv6(groups: readonly number[]): AddressKind {
  if (ENDING_IN_IPV4.some((range) => isIn(range, groups))) {
    return kindOfIPv4((groups[6] ?? 0) * 65_536 + (groups[7] ?? 0));
  }
  return IPV6_RANGES.find((range) => isIn(range, groups))?.kind ?? "reserved";
}

function isIn({ first, bits }: { first: readonly number[]; bits: number }, groups: readonly number[]): boolean {
  return first.every((group, index) => {
    const compared = Math.min(Math.max(bits - index * 16, 0), 16);
    return (group ^ (groups[index] ?? 0)) >>> (16 - compared) === 0;
  });
}

/** Of several ranges that hold an address, the first counts. */
const IPV4_RANGES: readonly Range<number>[] = (
  [
    ["168.63.129.16/32", "cloud metadata"], // Azure's WireServer, a public address that only the instance reaches
    ["169.254.169.254/32", "cloud metadata"], // AWS, Azure, Google, Oracle, OpenStack and others
    ["169.254.170.0/24", "cloud metadata"], // credentials of ECS tasks and EKS Pods
    ["100.100.100.200/32", "cloud metadata"], // Alibaba
    ["192.0.0.192/32", "cloud metadata"], // Oracle, classic
    ["0.0.0.0/8", "unspecified"],
    ["10.0.0.0/8", "private"],
    ["100.64.0.0/10", "private"], // carrier-grade NAT
    ["127.0.0.0/8", "loopback"],
    ["169.254.0.0/16", "link-local"],
    ["172.16.0.0/12", "private"],
    ["192.0.0.0/24", "reserved"], // IETF protocol assignments
    ["192.0.2.0/24", "documentation"],
    ["192.88.99.0/24", "reserved"], // relays of 6to4, deprecated
    ["192.168.0.0/16", "private"],
    ["198.18.0.0/15", "benchmarking"],
    ["198.51.100.0/24", "documentation"],
    ["203.0.113.0/24", "documentation"],
    ["224.0.0.0/4", "multicast"],
    ["255.255.255.255/32", "broadcast"],
    ["240.0.0.0/4", "reserved"],
  ] as const
).map(([range, kind]) => rangeOf(range, kind, parseIPv4));

/** IPv4-mapped, and NAT64's well-known prefix: the packet goes to the IPv4 address in the last 32 bits. */
const ENDING_IN_IPV4 = ["::ffff:0:0/96", "64:ff9b::/96"].map((range) => rangeOf(range, "public", parseIPv6));

const IPV6_RANGES: readonly Range<readonly number[]>[] = (
  [
    ["fd00:ec2::/32", "cloud metadata"], // AWS
    ["fd20:ce::254/128", "cloud metadata"], // Google
    ["fd00:c1::a9fe:a9fe/128", "cloud metadata"], // Oracle
    ["fd00:42::42/128", "cloud metadata"], // Scaleway
    ["::1/128", "loopback"],
    ["::/128", "unspecified"],
    // Nobody needs these to name a host today, and each can stand for any IPv4 address.
    ["::/96", "IPv6 transition"], // IPv4-compatible, deprecated
    ["64:ff9b:1::/48", "IPv6 transition"], // NAT64 with a prefix of the network's own
    ["2001::/32", "IPv6 transition"], // Teredo
    ["2002::/16", "IPv6 transition"], // 6to4
    ["2001:2::/48", "benchmarking"],
    ["2001::/23", "reserved"], // IETF protocol assignments
    ["2001:db8::/32", "documentation"],
    ["3fff::/20", "documentation"],
    ["2000::/3", "public"], // all that IANA has given out as global unicast
    ["fc00::/7", "private"],
    ["fe80::/10", "link-local"],
    ["ff00::/8", "multicast"],
  ] as const
).map(([range, kind]) => rangeOf(range, kind, parseIPv6));

function rangeOf<Address>(cidr: string, kind: AddressKind, parse: (address: string) => Address): Range<Address> {
  const [address = "", bits] = cidr.split("/");
  return { cidr, first: parse(address), bits: Number(bits), kind };
}

/** Every range with what it is for, for those who judge addresses elsewhere by the same list. */
export const ADDRESS_RANGES: readonly { readonly cidr: string; readonly kind: AddressKind }[] = [
  ...IPV4_RANGES,
  ...IPV6_RANGES,
];
