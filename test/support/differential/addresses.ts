/**
 * Holds our kinds of addresses against Python's `ipaddress`, over 100,000 generated
 * ones: `node test/support/differential/addresses.ts [SEED [PYTHON]]`.
 *
 * What we call public and Python does not call global is a fault, or a range about
 * which we know better. Every disagreement is printed by our kind and Python's
 * words, with the first address of each.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { addressKind } from "#validate/address.ts";
import { ipv4, ipv6 } from "../arbitrary-addresses.ts";

const seed = Number(process.argv[2] ?? 1);
const octets = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 });
const groups = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 });
const groupsOfUnicast = groups.map(([first = 0, ...rest]) => [0x2000 | (first & 0x1fff), ...rest]);
const addresses = [
  ...fc.sample(fc.oneof(ipv4, octets), { seed, numRuns: 50_000 }).map((numbers) => numbers.join(".")),
  ...fc.sample(fc.oneof(ipv6, groups, groupsOfUnicast), { seed, numRuns: 50_000 }).map(written),
];

const { stdout, stderr, status } = spawnSync(
  process.argv[3] ?? "python3",
  [join(import.meta.dirname, "addresses.py")],
  {
    input: addresses.map((address) => address.replaceAll(/[[\]]/g, "")).join("\n"),
    encoding: "utf8",
    maxBuffer: 1 << 26,
  },
);
if (status !== 0) throw new Error(stderr);
const words = stdout.trim().split("\n");

const disagreements = new Map<string, string[]>();
addresses.forEach((address, index) => {
  const kind = addressKind(address);
  const isGlobal = words[index]?.includes("global") === true;
  if ((kind === "public") === isGlobal) return;
  const key = `${kind}, to Python ${words[index]}`;
  disagreements.set(key, [...(disagreements.get(key) ?? []), address]);
});
process.stdout.write(`${addresses.length} addresses, ${[...disagreements.values()].flat().length} disagreements\n`);
for (const [key, found] of disagreements)
  process.stdout.write(`${found.length} times ${key}: ${found.slice(0, 6).join(" ")}\n`);

function written(numbers: readonly number[]): string {
  return new URL(`http://[${numbers.map((number) => number.toString(16)).join(":")}]`).hostname;
}
