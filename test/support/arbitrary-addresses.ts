/** Generators of IP addresses, and of every spelling that the WHATWG's URL rules fold to one. */
import { BlockList } from "node:net";
import fc from "fast-check";

/**
 * Addresses that nobody may call whatever a policy says, written down a second
 * time and checked by Node's own code, so that no mistake in ours is repeated.
 */
export const forbiddenAddresses = new BlockList();
for (const range of [
  "0.0.0.0/8",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "100.100.100.200/32",
  "168.63.129.16/32",
]) {
  const [address = "", bits] = range.split("/");
  forbiddenAddresses.addSubnet(address, Number(bits), "ipv4");
  forbiddenAddresses.addSubnet(`64:ff9b::${address}`, 96 + Number(bits), "ipv6");
}
for (const range of [
  "::/96",
  "100::/64",
  "64:ff9b:1::/48",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
  "5f00::/16",
  "fd00:ec2::/32",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
]) {
  const [address = "", bits] = range.split("/");
  forbiddenAddresses.addSubnet(address, Number(bits), "ipv6");
}

/** Those that a policy may allow. */
export const privateAddresses = new BlockList();
for (const range of ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"]) {
  const [address = "", bits] = range.split("/");
  privateAddresses.addSubnet(address, Number(bits), "ipv4");
  privateAddresses.addSubnet(`64:ff9b::${address}`, 96 + Number(bits), "ipv6");
}
privateAddresses.addSubnet("fc00::", 7, "ipv6");

/** Whether a host that `new URL()` gave is an address of a list; an IPv4-mapped one is by its IPv4 address. */
export function isListed(list: BlockList, host: string): boolean {
  return host.startsWith("[") ? list.check(host.slice(1, -1), "ipv6") : list.check(host, "ipv4");
}

/** Four octets, most of them of a range that is special. */
export const ipv4: fc.Arbitrary<readonly number[]> = fc
  .tuple(
    fc.constantFrom([], [0], [10], [100, 64], [100, 100, 100, 200], [127], [127, 0, 0, 1], [169, 254, 169, 254]),
    fc.constantFrom([], [172, 16], [172, 31], [192, 0, 0], [192, 168], [198, 19], [203, 0, 113], [224], [255, 255]),
    fc.tuple(octet(), octet(), octet(), octet()),
  )
  .map(([one, other, rest]) => [...(one.length > 0 ? one : other), ...rest].slice(0, 4));

function octet(): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 255 });
}

/** Eight groups, most of them of a range that is special. */
export const ipv6: fc.Arbitrary<readonly number[]> = fc
  .tuple(
    fc.constantFrom<readonly number[]>(
      [],
      [0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0xffff],
      [0, 0, 0, 0, 0xffff, 0],
      [0x64, 0xff9b, 0, 0, 0, 0],
      [0x64, 0xff9b, 1],
      [0x100],
      [0x2001, 0],
      [0x2001, 0xdb8],
      [0x2002],
      [0x2a00],
      [0x3fff, 0],
      [0xfc00],
      [0xfd00, 0xec2],
      [0xfe80],
      [0xfec0],
      [0xff02],
    ),
    fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 }),
  )
  .map(([head, rest]) => [...head, ...rest].slice(0, 8));

/** One spelling of an IPv4 address as a URL's host. */
export const spelledIPv4: fc.Arbitrary<string> = fc
  .tuple(ipv4, fc.integer({ min: 1, max: 4 }), fc.array(radix(), { minLength: 4, maxLength: 4 }), disguise())
  .map(([octets, parts, radices, disguised]) => disguised(numbersOf(octets, parts).map(inRadix(radices)).join(".")));

/** One spelling of an IPv6 address as a URL's host. */
export const spelledIPv6: fc.Arbitrary<string> = fc
  .tuple(fc.oneof(ipv6, mapped()), fc.nat({ max: 3 }))
  .map(([groups, style]) => `[${IPV6_STYLES[style]?.(groups)}]`);

function mapped(): fc.Arbitrary<readonly number[]> {
  return ipv4.map(([a = 0, b = 0, c = 0, d = 0]) => [0, 0, 0, 0, 0, 0xffff, a * 256 + b, c * 256 + d]);
}

/** Of the parts of an address as inet_aton takes it, the last holds all octets that are left. */
function numbersOf(octets: readonly number[], parts: number): readonly number[] {
  const last = octets.slice(parts - 1).reduce((number, octet) => number * 256 + octet, 0);
  return [...octets.slice(0, parts - 1), last];
}

type Radix = "decimal" | "octal" | "hexadecimal" | "HEXADECIMAL";

function radix(): fc.Arbitrary<Radix> {
  return fc.constantFrom("decimal", "octal", "hexadecimal", "HEXADECIMAL");
}

const IN_RADIX: Readonly<Record<Radix, (number: number) => string>> = {
  decimal: (number) => String(number),
  octal: (number) => `00${number.toString(8)}`,
  hexadecimal: (number) => `0x${number.toString(16)}`,
  HEXADECIMAL: (number) => `0X000${number.toString(16).toUpperCase()}`,
};

function inRadix(radices: readonly Radix[]): (number: number, index: number) => string {
  return (number, index) => IN_RADIX[radices[index] ?? "decimal"](number);
}

/** What still is the same host to `new URL()`. */
function disguise(): fc.Arbitrary<(host: string) => string> {
  return fc.constantFrom(
    (host: string) => host,
    (host: string) => `${host}.`,
    (host: string) => host.replaceAll(".", "\u3002"),
    (host: string) => host.replaceAll(".", "\uff0e"),
    (host: string) => host.replaceAll(".", "\uff61"),
    (host: string) => host.replaceAll(".", "%2e"),
    (host: string) => Array.from(host, (character) => `%${character.charCodeAt(0).toString(16)}`).join(""),
    (host: string) => Array.from(host, fullWidth).join(""),
    (host: string) => `${host.slice(0, 1)}\u00ad${host.slice(1)}`,
    (host: string) => `${host.slice(0, 1)}\t${host.slice(1)}`,
    (host: string) => `${host.slice(0, 1)}\u200b${host.slice(1)}`,
  );
}

function fullWidth(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 0xfee0);
}

const IPV6_STYLES: readonly ((groups: readonly number[]) => string)[] = [
  (groups) => groups.map((group) => group.toString(16)).join(":"),
  (groups) => groups.map((group) => group.toString(16).toUpperCase().padStart(4, "0")).join(":"),
  (groups) => new URL(`http://[${groups.map((group) => group.toString(16)).join(":")}]`).hostname.slice(1, -1),
  (groups) => {
    const [high = 0, low = 0] = groups.slice(6);
    const head = groups.slice(0, 6).map((group) => group.toString(16));
    return `${head.join(":")}:${[high >> 8, high & 255, low >> 8, low & 255].join(".")}`;
  },
];
