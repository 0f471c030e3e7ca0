import { type AddressKind, addressKind } from "./address.ts";
import { parseEndpoint } from "./endpoint.ts";
import { WILDCARD_NAMES } from "./special-names.ts";

/**
 * What a public name resolves to by its own spelling, where that is nothing that
 * may be called: `10-0-0-1.nip.io` is private, `x.localtest.me` the caller itself.
 * Advice at most: no list of such services is complete, and which address a name
 * has in the end is the gateway's to check.
 */
export function wildcardTarget(host: string): AddressKind | "changing" | undefined {
  const base = host.slice(host.lastIndexOf(".", host.lastIndexOf(".") - 1) + 1);
  const service = WILDCARD_NAMES.get(base);
  if (service === undefined) return undefined;
  if (service === "rebinding") return "changing";
  if (service === "loopback") return "loopback";
  return embeddedAddresses(host.slice(0, -base.length))
    .map(addressKind)
    .find((kind) => kind !== undefined && kind !== "public");
}

/** Every address that can be read in labels such as `app.10.0.0.1`, `app-10-0-0-1`, `0a000001` and `fd00--1`. */
function embeddedAddresses(labels: string): readonly string[] {
  const words = labels.split(/[.-]/);
  const quads = words.slice(3).map((_, index) => words.slice(index, index + 4).join("."));
  const hexadecimal = words.filter((word) => EIGHT_DIGITS.test(word)).map((word) => `0x${word}`);
  const groups = labels.split(".").map((label) => `[${label.replaceAll("-", ":")}]`);
  return [...quads, ...hexadecimal, ...groups].flatMap((host) => parseEndpoint(`http://${host}/`)?.host ?? []);
}

const EIGHT_DIGITS = /^[0-9a-f]{8}$/;
