import { type AddressKind, addressKind } from "./address.ts";
import { LOOPBACK_NAMES, METADATA_NAMES } from "./special-names.ts";

/** The kind of the address that a host is or is known to stand for, undefined for other names. */
export function hostKind(host: string): AddressKind | undefined {
  const kind = addressKind(host);
  if (kind !== undefined) return kind;
  if (METADATA_NAMES.has(host)) return "cloud metadata";
  return LOOPBACK_NAMES.has(host) || host.endsWith(".localhost") ? "loopback" : undefined;
}

/** Whether what is sent to a host of this kind stays on the node that sends it. */
export function staysOnNode(kind: AddressKind | undefined): boolean {
  return kind === "loopback" || kind === "unspecified" || kind === "link-local" || kind === "cloud metadata";
}
